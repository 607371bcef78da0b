namespace Microsoft.ML.Data;

/// <summary>A range of rows.</summary>
internal sealed class SkipTakeDataView(IDataView source, long skip, long take) : IDataView
{
    // Which rows are in the range depends on the source's order.
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount() is { } count ? Math.Min(take, Math.Max(0, count - skip)) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, long skip, long take) : WrappingCursor(input, input.Schema)
    {
        private long _toSkip = skip;
        private long _taken;
        private bool _ended;

        public override long Position => _ended || _taken == 0 ? -1 : _taken - 1;

        public override bool MoveNext()
        {
            _ended = _ended || _taken >= take || !MoveInput();
            if (_ended)
                return false;
            _taken++;
            return true;
        }

        private bool MoveInput()
        {
            for (; _toSkip > 0; _toSkip--)
            {
                if (!Input.MoveNext())
                    return false;
            }

            return Input.MoveNext();
        }
    }
}
