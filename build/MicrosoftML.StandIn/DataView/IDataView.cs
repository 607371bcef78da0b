namespace Microsoft.ML;

/// <summary>A lazily computed table: a schema, and cursors over its rows.</summary>
public interface IDataView
{
    /// <summary>Gets whether <see cref="GetRowCursor"/> honours its random generator.</summary>
    bool CanShuffle { get; }

    /// <summary>Gets the columns.</summary>
    DataViewSchema Schema { get; }

    /// <summary>Returns the number of rows where it is known without reading them, otherwise <see langword="null"/>.</summary>
    long? GetRowCount();

    /// <summary>Opens a cursor whose <paramref name="columnsNeeded"/> are active.</summary>
    DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null);

    /// <summary>Opens at most <paramref name="n"/> cursors that share the rows among them.</summary>
    DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null);
}
