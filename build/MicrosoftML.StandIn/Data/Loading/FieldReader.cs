namespace Microsoft.ML.Data;

/// <summary>Reads the fields of one line. Without multi-line quotes the text is the line; with them it may go on behind it.</summary>
internal ref struct FieldReader
{
    private readonly TextFormat _format;
    private readonly ReadOnlySpan<byte> _text;
    private bool _isFirst = true;

    public FieldReader(TextFormat format, ReadOnlySpan<byte> text, int start)
    {
        _format = format;
        _text = text;
        Position = start;
    }

    /// <summary>Gets where the reader stands: behind the last field, at the separator, the line break or the end.</summary>
    public int Position { get; private set; }

    /// <summary>Gets where the field's bytes begin, quotes left out.</summary>
    public int FieldStart { get; private set; }

    /// <summary>Gets where the field's bytes end.</summary>
    public int FieldEnd { get; private set; }

    /// <summary>Gets whether escapes stand in the field's bytes.</summary>
    public bool IsEscaped { get; private set; }

    public bool MoveNext()
    {
        if (_isFirst)
            _isFirst = false;
        else if (Position >= _text.Length || IsLineBreak(_text[Position]))
            return false;
        else
            Position++;
        IsEscaped = false;
        var start = Position;
        if (!_format.SpaceSeparates)
        {
            while (start < _text.Length && _text[start] == (byte)' ')
                start++;
        }

        if (_format.AllowQuoting && start < _text.Length && _text[start] == TextFormat.Quote)
            ReadQuoted(start + 1);
        else
            ReadPlain(start);
        return true;
    }

    private void ReadPlain(int start)
    {
        var rest = _text[start..];
        var length = rest.IndexOfAny(_format.Separators);
        if (_format.ReadMultilines)
        {
            var line = (length < 0 ? rest : rest[..length]).IndexOfAny((byte)'\n', (byte)'\r');
            length = line >= 0 ? line : length;
        }

        Position = length < 0 ? _text.Length : start + length;
        (FieldStart, FieldEnd) = (start, Position);
    }

    // What stands between the closing quote and the separator is dropped; a quote that is never closed goes up to the end.
    private void ReadQuoted(int start)
    {
        var at = start;
        for (; at < _text.Length; at++)
        {
            var value = _text[at];
            if (value == _format.Escape && at + 1 < _text.Length && _text[at + 1] == TextFormat.Quote)
            {
                IsEscaped = true;
                at++;
            }
            else if (value == TextFormat.Quote)
            {
                break;
            }
        }

        (FieldStart, FieldEnd) = (start, at);
        Position = Math.Min(at + 1, _text.Length);
        while (Position < _text.Length && !_format.SeparatorBytes.AsSpan().Contains(_text[Position]) && !(_format.ReadMultilines && IsLineBreak(_text[Position])))
            Position++;
    }

    private static bool IsLineBreak(byte value) => value is (byte)'\n' or (byte)'\r';
}
