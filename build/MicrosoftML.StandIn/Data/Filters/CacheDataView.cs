namespace Microsoft.ML.Data;

/// <summary>Keeps the columns that were asked for in memory; each is read from the input once.</summary>
internal sealed class CacheDataView : IDataView
{
    private readonly IDataView _input;
    private readonly int[] _prefetch;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, SlotBuffer> _buffers = [];
    private int? _rowCount;

    public CacheDataView(IDataView input, string[] columnsToPrefetch)
    {
        _input = Cachable(input);
        _prefetch = [.. (columnsToPrefetch ?? []).Select(name => SchemaErrors.Find(_input.Schema, name).Index)];
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _input.Schema;

    public long? GetRowCount()
    {
        lock (_lock)
            return _rowCount ?? _input.GetRowCount();
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var needed = columnsNeeded.Select(column => column.Index).ToArray();
        lock (_lock)
        {
            Fill([.. needed.Union(_prefetch).Where(index => !_buffers.ContainsKey(index))]);
            var order = rand is null ? null : Enumerable.Range(0, _rowCount.Value).ToArray();
            rand?.Shuffle(order);
            return new Cursor(Schema, needed.Distinct().ToDictionary(index => index, index => _buffers[index]), _rowCount.Value, order);
        }
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    // Like the real one, which copies primitive values and vectors, and drops columns of other types.
    private static IDataView Cachable(IDataView input)
    {
        int[] kept = [.. input.Schema.Where(column => column.Type is PrimitiveDataViewType or VectorDataViewType).Select(column => column.Index)];
        return kept.Length == input.Schema.Count ? input : new SelectedDataView(input, new ColumnSelection(input.Schema, kept));
    }

    // The buffers join the others when they are full: an error in the input leaves the cache as it was.
    private void Fill(int[] missing)
    {
        if (missing.Length == 0 && _rowCount is not null)
            return;
        var columns = missing.Select(index => Schema[index]).ToArray();
        using var cursor = _input.GetRowCursor(columns);
        var buffers = columns.Select(column => SlotBuffer.Create(cursor, column)).ToArray();
        var row = 0;
        for (; cursor.MoveNext(); row++)
        {
            foreach (var buffer in buffers)
                buffer.Store(row);
        }

        if (_rowCount is { } before && before != row)
            throw new InvalidOperationException($"The data had {before} rows when the cache was first filled, and have {row} now.");
        _rowCount = row;
        for (var i = 0; i < missing.Length; i++)
        {
            buffers[i].Complete();
            _buffers.Add(missing[i], buffers[i]);
        }
    }

    private sealed class Cursor(DataViewSchema schema, IReadOnlyDictionary<int, SlotBuffer> buffers, int count, int[] order) : SlotCursor(schema, buffers)
    {
        private int _next;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)GetSlot(), 0);

        protected override bool MoveToNextSlot()
        {
            if (_next >= count)
                return false;
            Slot = order is null ? _next : order[_next];
            _next++;
            return true;
        }
    }
}
