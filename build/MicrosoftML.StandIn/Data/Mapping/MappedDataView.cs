namespace Microsoft.ML.Data;

/// <summary>The lazily mapped rows of another data view.</summary>
internal sealed class MappedDataView(IDataView source, RowToRowMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var columns = columnsNeeded.ToArray();
        return mapper.GetCursor(source.GetRowCursor(mapper.GetDependencies(columns), rand), columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var columns = columnsNeeded.ToArray();
        return [.. source.GetRowCursorSet(mapper.GetDependencies(columns), n, rand).Select(cursor => mapper.GetCursor(cursor, columns))];
    }
}
