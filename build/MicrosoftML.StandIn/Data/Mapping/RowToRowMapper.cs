namespace Microsoft.ML.Data;

/// <summary>Appends the columns of a <see cref="RowMapper"/> to the input's.</summary>
internal sealed class RowToRowMapper : IRowToRowMapper
{
    private readonly RowMapper _mapper;

    public RowToRowMapper(RowMapper mapper)
    {
        _mapper = mapper;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(mapper.InputSchema);
        builder.AddColumns(mapper.OutputColumns);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema => _mapper.InputSchema;

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new SortedSet<int>();
        foreach (var column in dependingColumns)
        {
            if (column.Index < InputSchema.Count)
                needed.Add(column.Index);
            else
                needed.UnionWith(_mapper.GetDependencies(column.Index - InputSchema.Count));
        }

        return needed.Select(index => InputSchema[index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        return new Row(input, OutputSchema, GetColumns(input, activeColumns));
    }

    public DataViewRowCursor GetCursor(DataViewRowCursor input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new Cursor(input, OutputSchema, GetColumns(input, activeColumns));

    private MappedColumns GetColumns(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new(input, InputSchema.Count, OutputSchema, activeColumns, output => _mapper.CreateGetter(input, output));

    private sealed class Row(DataViewRow input, DataViewSchema schema, MappedColumns columns) : WrappingRow(input, schema)
    {
        public override bool IsColumnActive(DataViewSchema.Column column) => columns.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => columns.GetGetter<TValue>(column);
    }

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema schema, MappedColumns columns) : WrappingCursor(input, schema)
    {
        public override bool IsColumnActive(DataViewSchema.Column column) => columns.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => columns.GetGetter<TValue>(column);
    }
}
