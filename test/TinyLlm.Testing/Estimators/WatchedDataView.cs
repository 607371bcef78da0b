using Microsoft.ML;

namespace TinyLlm.Testing;

/// <summary>Tells how often and for which columns a data view was read.</summary>
internal sealed class WatchedDataView(IDataView source) : IDataView
{
    public int Cursors { get; private set; }

    public HashSet<string> Needed { get; } = [];

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Cursors++;
        var columns = columnsNeeded.ToArray();
        Needed.UnionWith(columns.Select(column => column.Name));
        return source.GetRowCursor(columns, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
