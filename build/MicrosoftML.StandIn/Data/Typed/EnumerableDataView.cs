namespace Microsoft.ML.Data;

/// <summary>Objects seen as rows. The sequence is enumerated anew by every cursor.</summary>
internal sealed class EnumerableDataView<TRow>(IEnumerable<TRow> data, BoundColumn[] columns, DataViewSchema schema) : IDataView
    where TRow : class
{
    public bool CanShuffle => data is IReadOnlyList<TRow> or IList<TRow>;

    public DataViewSchema Schema => schema;

    public long? GetRowCount() => data switch
    {
        ICollection<TRow> collection => collection.Count,
        IReadOnlyCollection<TRow> collection => collection.Count,
        _ => null,
    };

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return new Cursor(InOrder(rand), columns, schema, columnsNeeded);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private IEnumerable<(TRow Row, long Index)> InOrder(Random rand)
    {
        if (rand is null || !CanShuffle)
            return data.Select((row, index) => (row, (long)index));
        var rows = data.ToArray();
        var order = Enumerable.Range(0, rows.Length).ToArray();
        rand.Shuffle(order);
        return order.Select(index => (rows[index], (long)index));
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly IEnumerator<(TRow Row, long Index)> _rows;
        private readonly Delegate[] _getters;
        private long _position = -1;

        public Cursor(IEnumerable<(TRow Row, long Index)> rows, BoundColumn[] columns, DataViewSchema schema, IEnumerable<DataViewSchema.Column> needed)
        {
            Schema = schema;
            _rows = rows.GetEnumerator();
            _getters = new Delegate[schema.Count];
            foreach (var column in needed)
                _getters[column.Index] = columns[column.Index].CreateGetter(GetCurrent);
        }

        public override DataViewSchema Schema { get; }

        public override long Position => Math.Max(_position, -1);

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_position == long.MinValue || !_rows.MoveNext())
            {
                _position = long.MinValue;
                return false;
            }

            if (_rows.Current.Row is null)
                throw new InvalidOperationException($"Item {_position + 1} of the sequence is null.");
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            RowChecks.CheckColumn(Schema, column);
            return _getters[column.Index] is not null;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            RowChecks.CheckActive(Schema, column, IsColumnActive(column));
            return RowChecks.Cast<TValue>(_getters[column.Index], column);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
        {
            GetCurrent();
            value = new DataViewRowId((ulong)_rows.Current.Index, 0);
        };

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rows.Dispose();
            base.Dispose(disposing);
        }

        private TRow GetCurrent() =>
            _position >= 0 ? _rows.Current.Row : throw new InvalidOperationException("The cursor does not stand on a row: call MoveNext first.");
    }
}
