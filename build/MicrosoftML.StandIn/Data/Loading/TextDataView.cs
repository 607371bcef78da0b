namespace Microsoft.ML.Data;

/// <summary>The rows of text files; each cursor reads the files anew.</summary>
internal sealed class TextDataView(IMultiStreamSource source, TextFormat format, TextColumn[] columns, DataViewSchema schema, TextLoader.Options options) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        int[] active = [.. columnsNeeded.Select(column => column.Index).Distinct()];
        var threads = options.UseThreads ? Math.Max(1, Environment.ProcessorCount) : 0;
        return new TextCursor(
            new TextBlockReader(source, format, options.HasHeader), schema, active, () => new TextBlock(format, columns, active), threads, options.MaxRows ?? long.MaxValue);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
