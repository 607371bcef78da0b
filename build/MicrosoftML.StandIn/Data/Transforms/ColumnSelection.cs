namespace Microsoft.ML.Data;

/// <summary>Some columns of a schema, in some order.</summary>
internal sealed class ColumnSelection : IRowToRowMapper
{
    private readonly int[] _kept;

    public ColumnSelection(DataViewSchema inputSchema, int[] kept)
    {
        _kept = kept;
        InputSchema = inputSchema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(kept.Select(index => inputSchema[index]));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Select(column => InputSchema[_kept[column.Index]]);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new Row(input, this, activeColumns);
    }

    public DataViewRowCursor GetCursor(DataViewRowCursor input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new Cursor(input, this, activeColumns);

    private sealed class Row(DataViewRow input, ColumnSelection selection, IEnumerable<DataViewSchema.Column> active) : WrappingRow(input, selection.OutputSchema)
    {
        private readonly HashSet<int> _active = [.. active.Select(column => column.Index)];

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            RowChecks.CheckColumn(Schema, column);
            return _active.Contains(column.Index);
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            RowChecks.CheckActive(Schema, column, IsColumnActive(column));
            return Input.GetGetter<TValue>(Input.Schema[selection._kept[column.Index]]);
        }
    }

    private sealed class Cursor(DataViewRowCursor input, ColumnSelection selection, IEnumerable<DataViewSchema.Column> active) : WrappingCursor(input, selection.OutputSchema)
    {
        private readonly HashSet<int> _active = [.. active.Select(column => column.Index)];

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            RowChecks.CheckColumn(Schema, column);
            return _active.Contains(column.Index);
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            RowChecks.CheckActive(Schema, column, IsColumnActive(column));
            return Input.GetGetter<TValue>(Input.Schema[selection._kept[column.Index]]);
        }
    }
}
