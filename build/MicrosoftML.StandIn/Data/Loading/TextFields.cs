namespace Microsoft.ML.Data;

/// <summary>The fields of one line.</summary>
internal readonly ref struct TextFields(ReadOnlySpan<byte> line, int[] starts, int[] ends, bool[] escaped, int count, TextFormat format)
{
    private readonly ReadOnlySpan<byte> _line = line;

    public int Count { get; } = count;

    /// <summary>Returns the bytes of a field; empty where the line has fewer.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if (index >= Count)
                return default;
            var field = _line[starts[index]..ends[index]];
            return escaped[index] ? Unescape(field) : field;
        }
    }

    // Rare, so the copy does no harm.
    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> field)
    {
        var text = new byte[field.Length];
        var length = 0;
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == format.Escape && i + 1 < field.Length && field[i + 1] == TextFormat.Quote)
                i++;
            text[length++] = field[i];
        }

        return text.AsSpan(0, length);
    }
}
