using System.Text;

namespace Microsoft.ML.Data;

/// <summary>What stands before the first row: the mark of the encoding, comments that name the schema, the header.</summary>
internal sealed record TextHead(string[] Header, int FieldCount)
{
    private const int MostBytes = 1 << 24;

    public static TextHead Empty { get; } = new([], 0);

    /// <summary>Reads the header and counts the fields of the first row; a file that is missing or empty has neither.</summary>
    public static TextHead Read(IMultiStreamSource source, TextFormat format, bool hasHeader, string headerFile)
    {
        if (headerFile is not null)
            return Read(new MultiFileSource(headerFile), format, hasHeader: true, headerFile: null) with { FieldCount = Read(source, format, hasHeader, null).FieldCount };
        if (source is null || source.Count == 0)
            return Empty;
        using var stream = source.Open(0);
        for (var size = 1 << 16; ; size *= 4)
        {
            stream.Position = 0;
            var bytes = new byte[size];
            var length = stream.ReadAtLeast(bytes, size, throwOnEndOfStream: false);
            if (TryRead(bytes.AsSpan(0, length), format, hasHeader, isWhole: length < size || size >= MostBytes) is { } head)
                return head;
        }
    }

    /// <summary>Returns the position behind the UTF-8 byte order mark.</summary>
    /// <exception cref="FormatException">The text is UTF-16.</exception>
    public static int SkipMark(ReadOnlySpan<byte> text) =>
        text is [0xEF, 0xBB, 0xBF, ..] ? 3
        : text is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? throw new FormatException("The file is encoded in UTF-16; save it as UTF-8.")
        : 0;

    /// <summary>Returns the position behind the lines in front that are empty or begin with <c>#</c>, as those of <c>SaveAsText</c>, or <c>//</c>.</summary>
    public static int SkipComments(ReadOnlySpan<byte> text, int start)
    {
        while (text[start..] is [(byte)'#' or (byte)'\n' or (byte)'\r', ..] or [(byte)'/', (byte)'/', ..])
        {
            var end = text[start..].IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
                return text.Length;
            start = TextFormat.SkipLineBreak(text, start + end);
        }

        return start;
    }

    private static TextHead TryRead(ReadOnlySpan<byte> text, TextFormat format, bool hasHeader, bool isWhole)
    {
        var start = SkipComments(text, SkipMark(text));
        string[] header = [];
        while (start < text.Length)
        {
            var end = format.FindLineEnd(text, start);
            if (end < 0 && !isWhole)
                return null;
            var line = text[start..(end < 0 ? text.Length : end)];
            start = end < 0 ? text.Length : TextFormat.SkipLineBreak(text, end);
            if (hasHeader && header.Length == 0)
                header = [.. Fields(line, format)];
            else if (!line.IsEmpty && !line.StartsWith("//"u8))
                return new TextHead(header, Fields(line, format).Count);
        }

        return isWhole ? new TextHead(header, header.Length) : null;
    }

    private static List<string> Fields(ReadOnlySpan<byte> line, TextFormat format)
    {
        var names = new List<string>();
        line = format.Trim(line);
        var fields = new FieldReader(format, line, 0);
        while (fields.MoveNext())
            names.Add(Encoding.UTF8.GetString(line[fields.FieldStart..fields.FieldEnd]).Trim());
        return names;
    }
}
