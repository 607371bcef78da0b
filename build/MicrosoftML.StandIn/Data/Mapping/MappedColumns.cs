namespace Microsoft.ML.Data;

/// <summary>The columns of a mapped row: the input's, then those that are computed, of which only the active ones have getters.</summary>
internal sealed class MappedColumns
{
    private readonly DataViewRow _input;
    private readonly DataViewSchema _schema;
    private readonly int _inputCount;
    private readonly bool[] _active;
    private readonly Delegate[] _getters;

    public MappedColumns(
        DataViewRow input, int inputCount, DataViewSchema schema, IEnumerable<DataViewSchema.Column> activeColumns, Func<int, Delegate> createGetter)
    {
        _input = input;
        _inputCount = inputCount;
        _schema = schema;
        _active = new bool[schema.Count];
        foreach (var column in activeColumns)
            _active[column.Index] = true;
        _getters = new Delegate[schema.Count - inputCount];
        for (var i = 0; i < _getters.Length; i++)
        {
            if (_active[inputCount + i])
                _getters[i] = createGetter(i);
        }
    }

    public bool IsActive(DataViewSchema.Column column)
    {
        RowChecks.CheckColumn(_schema, column);
        return _active[column.Index];
    }

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowChecks.CheckActive(_schema, column, IsActive(column));
        return column.Index < _inputCount
            ? _input.GetGetter<TValue>(_input.Schema[column.Index])
            : RowChecks.Cast<TValue>(_getters[column.Index - _inputCount], column);
    }
}
