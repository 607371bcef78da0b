namespace Microsoft.ML.Data;

/// <summary>
/// Walks through the rows of text files. The cursor's thread reads blocks and hands them to the pool; as many are parsed ahead as there are
/// threads, and they are taken in the order of the file, so that the rows do not depend on the threads.
/// </summary>
internal sealed class TextCursor : DataViewRowCursor
{
    private readonly TextBlockReader _reader;
    private readonly Func<TextBlock> _createBlock;
    private readonly int _threads;
    private readonly long _maxRows;
    private readonly bool[] _active;
    private readonly TextColumnBuffer[] _prototypes;
    private readonly Queue<(TextBlock Block, Task Parsing)> _ahead = [];
    private readonly Stack<TextBlock> _free = [];
    private TextBlock _block;
    private int _row = -1;
    private long _position = -1;
    private bool _ended;

    public TextCursor(TextBlockReader reader, DataViewSchema schema, int[] active, Func<TextBlock> createBlock, int threads, long maxRows)
    {
        (_reader, Schema, _createBlock, _threads, _maxRows) = (reader, schema, createBlock, threads, maxRows);
        _active = new bool[schema.Count];
        foreach (var index in active)
            _active[index] = true;
        _block = createBlock();
        _prototypes = _block.Buffers;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => Math.Max(_position, -1);

    public override long Batch => 0;

    public override bool MoveNext()
    {
        if (_position == long.MinValue)
            return false;
        if (_position + 1 >= _maxRows || (++_row >= _block.RowCount && !MoveToNextBlock()))
        {
            _position = long.MinValue;
            return false;
        }

        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column)
    {
        RowChecks.CheckColumn(Schema, column);
        return _active[column.Index];
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowChecks.CheckActive(Schema, column, IsColumnActive(column));
        return RowChecks.Cast<TValue>(_prototypes[column.Index].CreateGetter(column.Index, () => _block, GetRow), column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        GetRow();
        value = new DataViewRowId((ulong)_position, 0);
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _position = long.MinValue;
            // A block is parsed in milliseconds; nobody works on behind a cursor that is gone. What failed there no longer matters.
            Task.WhenAll(_ahead.Select(pair => pair.Parsing)).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            _ahead.Clear();
            _reader.Dispose();
        }

        base.Dispose(disposing);
    }

    private int GetRow() => _position >= 0 ? _row : throw new InvalidOperationException("The cursor does not stand on a row: call MoveNext first.");

    private bool MoveToNextBlock()
    {
        do
        {
            _free.Push(_block);
            while (!_ended && _ahead.Count <= _threads)
            {
                var next = _free.Count > 0 ? _free.Pop() : _createBlock();
                _ended = !Read(next);
                if (!_ended)
                    _ahead.Enqueue((next, _threads > 0 ? Task.Run(next.Parse) : Parsed(next)));
            }

            if (_ahead.Count == 0)
                return false;
            (_block, var parsing) = _ahead.Dequeue();
            parsing.GetAwaiter().GetResult();
        }
        while (_block.RowCount == 0);
        _row = 0;
        return true;
    }

    private bool Read(TextBlock block)
    {
        try
        {
            return _reader.Read(block);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"The text files cannot be read on: {e.Message}", e);
        }
    }

    private static Task Parsed(TextBlock block)
    {
        block.Parse();
        return Task.CompletedTask;
    }
}
