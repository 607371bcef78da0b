namespace Microsoft.ML.Data;

/// <summary>The rows that a predicate over some columns accepts.</summary>
internal sealed class FilteredDataView(
    IDataView source, IReadOnlyList<DataViewSchema.Column> tested, Func<DataViewRow, Func<bool>> createPredicate) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var needed = columnsNeeded.ToArray();
        var input = source.GetRowCursor([.. needed, .. tested], rand);
        return new Cursor(input, needed, createPredicate(input));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema.Column[] needed, Func<bool> predicate) : WrappingCursor(input, input.Schema)
    {
        private readonly HashSet<int> _active = [.. needed.Select(column => column.Index)];
        private long _position = -1;

        public override long Position => Input.Position < 0 ? Input.Position : _position;

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            RowChecks.CheckColumn(Schema, column);
            return _active.Contains(column.Index);
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            RowChecks.CheckActive(Schema, column, IsColumnActive(column));
            return Input.GetGetter<TValue>(column);
        }

        public override bool MoveNext()
        {
            while (Input.MoveNext())
            {
                if (!predicate())
                    continue;
                _position++;
                return true;
            }

            return false;
        }
    }
}
