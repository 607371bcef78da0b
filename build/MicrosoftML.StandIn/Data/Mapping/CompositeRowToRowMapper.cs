namespace Microsoft.ML.Data;

/// <summary>Mappers applied one after the other.</summary>
internal sealed class CompositeRowToRowMapper(DataViewSchema inputSchema, IRowToRowMapper[] mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema => mappers.Length == 0 ? inputSchema : mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns).ToArray());

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        // The active columns of each mapper are what the next one needs.
        var active = new IEnumerable<DataViewSchema.Column>[mappers.Length];
        for (var i = mappers.Length - 1; i >= 0; i--)
            active[i] = i == mappers.Length - 1 ? activeColumns.ToArray() : mappers[i + 1].GetDependencies(active[i + 1]).ToArray();
        var row = input;
        for (var i = 0; i < mappers.Length; i++)
            row = mappers[i].GetRow(row, active[i]);
        return row;
    }
}
