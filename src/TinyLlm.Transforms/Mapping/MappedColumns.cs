using Microsoft.ML;

namespace TinyLlm.Transforms;

/// <summary>The columns of a mapped row: the input's own and the computed ones, of which those that were asked for have getters.</summary>
internal sealed class MappedColumns : IDisposable
{
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly RowValues? _values;

    public MappedColumns(ComputedColumnsMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        (_input, Schema) = (input, mapper.OutputSchema);
        InputCount = mapper.InputSchema.Count;
        _active = new bool[Schema.Count];
        foreach (var column in activeColumns)
            _active[column.Index] = true;
        if (_active.AsSpan(InputCount).Contains(true))
            _values = mapper.Compute(input);
    }

    public DataViewSchema Schema { get; }

    private int InputCount { get; }

    public bool IsActive(DataViewSchema.Column column) =>
        column.Index < _active.Length && Schema[column.Index].Name == column.Name && _active[column.Index];

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}' is not active: name it when you open the cursor.");
        if (column.Index < InputCount)
            return _input.GetGetter<TValue>(_input.Schema[column.Index]);
        return _values!.CreateGetter(column.Index - InputCount) as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type.RawType}, and {typeof(TValue)} was asked for.");
    }

    public void Dispose() => _values?.Dispose();
}
