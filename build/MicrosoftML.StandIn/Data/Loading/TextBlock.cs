namespace Microsoft.ML.Data;

/// <summary>A run of whole lines, and the values of the active columns that were read from it. Blocks are used again.</summary>
internal sealed class TextBlock
{
    private readonly TextFormat _format;
    private readonly TextColumnBuffer[] _columns;
    private readonly int _lastField;
    private int[] _starts = new int[16];
    private int[] _ends = new int[16];
    private bool[] _escaped = new bool[16];

    public TextBlock(TextFormat format, IReadOnlyList<TextColumn> columns, IReadOnlyList<int> active)
    {
        _format = format;
        Buffers = new TextColumnBuffer[columns.Count];
        foreach (var index in active)
            Buffers[index] = TextColumnBuffer.Create(columns[index], format);
        _columns = [.. Buffers.Where(buffer => buffer is not null)];
        _lastField = active.Count == 0 ? -1 : active.Max(index => columns[index].LastField);
    }

    /// <summary>Gets or sets the bytes; the lines are the first <see cref="Length"/>.</summary>
    public byte[] Bytes { get; set; } = [];

    public int Length { get; set; }

    /// <summary>Gets the buffers by column; those of inactive columns are <see langword="null"/>.</summary>
    public TextColumnBuffer[] Buffers { get; }

    public int RowCount { get; private set; }

    /// <summary>Reads every line. Empty lines and those that begin with <c>//</c> are no rows.</summary>
    public void Parse()
    {
        RowCount = 0;
        foreach (var column in _columns)
            column.Clear();
        var text = Bytes.AsSpan(0, Length);
        for (var start = 0; start < text.Length;)
        {
            var end = _format.FindLineEnd(text, start);
            var line = text[start..(end < 0 ? text.Length : end)];
            start = end < 0 ? text.Length : TextFormat.SkipLineBreak(text, end);
            if (!line.IsEmpty && !line.StartsWith("//"u8))
                ParseLine(_format.Trim(line));
        }
    }

    private void ParseLine(ReadOnlySpan<byte> line)
    {
        var count = 0;
        var fields = new FieldReader(_format, line, 0);
        while (count <= _lastField && fields.MoveNext())
        {
            if (count == _starts.Length)
            {
                Array.Resize(ref _starts, 2 * count);
                Array.Resize(ref _ends, 2 * count);
                Array.Resize(ref _escaped, 2 * count);
            }

            (_starts[count], _ends[count], _escaped[count]) = (fields.FieldStart, fields.FieldEnd, fields.IsEscaped);
            count++;
        }

        var row = new TextFields(line, _starts, _ends, _escaped, count, _format);
        foreach (var column in _columns)
            column.Add(in row);
        RowCount++;
    }
}
