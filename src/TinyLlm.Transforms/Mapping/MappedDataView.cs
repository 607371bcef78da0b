using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>The rows of another data view with computed columns behind; nothing is computed before a cursor's getter is called.</summary>
internal sealed class MappedDataView(IDataView source, ComputedColumnsMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var columns = columnsNeeded.ToArray();
        return Map(source.GetRowCursor(mapper.GetDependencies(columns), rand), columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var columns = columnsNeeded.ToArray();
        return [.. source.GetRowCursorSet(mapper.GetDependencies(columns), n, rand).Select(input => Map(input, columns))];
    }

    private Cursor Map(DataViewRowCursor input, DataViewSchema.Column[] columns)
    {
        try
        {
            if (mapper.BatchRows > 1 && columns.Any(column => column.Index >= mapper.InputSchema.Count)
                && source.Schema.Where(input.IsColumnActive).All(ReadAheadCursor.CanKeep))
                input = new ReadAheadCursor(input, mapper.BatchRows);
            return new Cursor(input, new MappedColumns(mapper, input, columns));
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private sealed class Cursor(DataViewRowCursor input, MappedColumns columns) : DataViewRowCursor
    {
        public override DataViewSchema Schema => columns.Schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool MoveNext() => input.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => columns.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => columns.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                columns.Dispose();
                input.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
