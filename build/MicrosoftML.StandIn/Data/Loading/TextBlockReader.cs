namespace Microsoft.ML.Data;

/// <summary>Cuts files into blocks of whole lines, headers left out.</summary>
internal sealed class TextBlockReader(IMultiStreamSource source, TextFormat format, bool hasHeader) : IDisposable
{
    public const int BlockBytes = 1 << 20;

    private byte[] _carry = [];
    private int _carried;
    private Stream _stream;
    private int _file;
    private bool _isStartOfFile;

    /// <summary>Fills a block; returns <see langword="false"/> at the end of the last file.</summary>
    public bool Read(TextBlock block)
    {
        while (true)
        {
            if (_stream is null && !OpenNext())
                return false;
            if (Fill(block))
                return true;
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
        _file = int.MaxValue;
    }

    private bool OpenNext()
    {
        if (_file >= source.Count)
            return false;
        _stream = source.Open(_file++);
        _isStartOfFile = true;
        return true;
    }

    // Reads up to the last line break of a block; what is behind it begins the next. A line longer than a block makes the block larger.
    private bool Fill(TextBlock block)
    {
        if (block.Bytes.Length < Math.Max(BlockBytes, _carried + (BlockBytes / 2)))
            block.Bytes = new byte[Math.Max(BlockBytes, _carried + (BlockBytes / 2))];
        _carry.AsSpan(0, _carried).CopyTo(block.Bytes);
        var length = _carried;
        _carried = 0;
        while (true)
        {
            var read = _stream.ReadAtLeast(block.Bytes.AsSpan(length), block.Bytes.Length - length, throwOnEndOfStream: false);
            length += read;
            var isEnd = length < block.Bytes.Length;
            var cut = isEnd ? length : LastLineEnd(block.Bytes.AsSpan(0, length));
            if (cut < 0)
            {
                var larger = block.Bytes;
                Array.Resize(ref larger, checked(2 * larger.Length));
                block.Bytes = larger;
                continue;
            }

            Carry(block.Bytes.AsSpan(cut, length - cut));
            if (isEnd)
            {
                _stream.Dispose();
                _stream = null;
            }

            block.Length = cut;
            if (_isStartOfFile)
                SkipHead(block);
            _isStartOfFile = false;
            return block.Length > 0;
        }
    }

    // The position behind the last line break. A carriage return at the very end may be half of one, and stays with what follows.
    private int LastLineEnd(ReadOnlySpan<byte> text)
    {
        if (!format.ReadMultilines)
        {
            var last = text[..^1].LastIndexOfAny((byte)'\n', (byte)'\r');
            return text[^1] == (byte)'\n' ? text.Length : last < 0 ? -1 : TextFormat.SkipLineBreak(text, last);
        }

        var cut = -1;
        for (var end = format.FindLineEnd(text, 0); end >= 0 && end < text.Length - 1; end = format.FindLineEnd(text, cut))
            cut = TextFormat.SkipLineBreak(text, end);
        return cut;
    }

    private void Carry(ReadOnlySpan<byte> rest)
    {
        if (_carry.Length < rest.Length)
            _carry = new byte[Math.Max(rest.Length, 1 << 16)];
        rest.CopyTo(_carry);
        _carried = rest.Length;
    }

    private void SkipHead(TextBlock block)
    {
        var start = TextHead.SkipMark(block.Bytes.AsSpan(0, block.Length));
        start = TextHead.SkipComments(block.Bytes.AsSpan(0, block.Length), start);
        if (hasHeader && start < block.Length)
        {
            var end = format.FindLineEnd(block.Bytes.AsSpan(0, block.Length), start);
            start = end < 0 ? block.Length : TextFormat.SkipLineBreak(block.Bytes.AsSpan(0, block.Length), end);
        }

        block.Bytes.AsSpan(start, block.Length - start).CopyTo(block.Bytes);
        block.Length -= start;
    }
}
