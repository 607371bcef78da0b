namespace Microsoft.ML.Data;

/// <summary>Rows in random order: the source's own shuffling where it has one, then a pool out of which rows are drawn.</summary>
internal sealed class ShuffledDataView(IDataView source, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var random = rand ?? new Random(seed);
        var input = source.GetRowCursor(columnsNeeded, shuffleSource && source.CanShuffle ? new Random(random.Next()) : null);
        return new Cursor(input, columnsNeeded.DistinctBy(column => column.Index).ToDictionary(column => column.Index, column => SlotBuffer.Create(input, column)), random, poolSize);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SlotCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly IReadOnlyDictionary<int, SlotBuffer> _buffers;
        private readonly Random _random;
        private readonly int _poolSize;
        private readonly ValueGetter<DataViewRowId> _idGetter;
        private readonly List<DataViewRowId> _ids = [];

        // The slots that hold rows not yet drawn; the slot of the current row is in none of them until the next move.
        private readonly List<int> _pool = [];
        private bool _inputEnded;

        public Cursor(DataViewRowCursor input, IReadOnlyDictionary<int, SlotBuffer> buffers, Random random, int poolSize)
            : base(input.Schema, buffers)
        {
            (_input, _buffers, _random, _poolSize) = (input, buffers, random, poolSize);
            _idGetter = input.GetIdGetter();
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[GetSlot()];

        protected override bool MoveToNextSlot()
        {
            var free = Slot;
            while (!_inputEnded && _pool.Count < _poolSize)
            {
                if (!_input.MoveNext())
                {
                    _inputEnded = true;
                    break;
                }

                var slot = free >= 0 ? free : _ids.Count;
                free = -1;
                Store(slot);
                _pool.Add(slot);
            }

            if (_pool.Count == 0)
                return false;
            var drawn = _random.Next(_pool.Count);
            Slot = _pool[drawn];
            _pool[drawn] = _pool[^1];
            _pool.RemoveAt(_pool.Count - 1);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }

        private void Store(int slot)
        {
            foreach (var buffer in _buffers.Values)
                buffer.Store(slot);
            DataViewRowId id = default;
            _idGetter(ref id);
            if (slot == _ids.Count)
                _ids.Add(id);
            else
                _ids[slot] = id;
        }
    }
}
