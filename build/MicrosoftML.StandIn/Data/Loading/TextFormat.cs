using System.Buffers;

namespace Microsoft.ML.Data;

/// <summary>The rules by which bytes are lines and lines are fields.</summary>
internal sealed class TextFormat
{
    public const byte Quote = (byte)'"';

    public TextFormat(TextLoader.Options options)
    {
        ArgumentNullException.ThrowIfNull(options.Separators, nameof(options));
        foreach (var character in options.Separators.Append(options.EscapeChar).Append(options.DecimalMarker))
        {
            if (character > 0x7F)
                throw new NotSupportedException($"The stand-in supports separators, escape characters and decimal markers in ASCII, not '{character}'.");
        }

        if (options.AllowSparse)
            throw new NotSupportedException("The stand-in does not read sparse lines (TextLoader.Options.AllowSparse).");
        if (options.Separators.Length == 0)
            throw new ArgumentException("At least one separator must be given.", nameof(options));
        if (options.DecimalMarker is not ('.' or ','))
            throw new ArgumentException($"The decimal marker must be '.' or ',', not '{options.DecimalMarker}'.", nameof(options));
        if (options.Separators.Contains(options.DecimalMarker))
            throw new ArgumentException($"The decimal marker '{options.DecimalMarker}' cannot also separate fields.", nameof(options));
        SeparatorBytes = [.. options.Separators.Select(separator => (byte)separator)];
        Separators = SearchValues.Create(SeparatorBytes);
        SpaceSeparates = options.Separators.Contains(' ');
        AllowQuoting = options.AllowQuoting;
        ReadMultilines = options.ReadMultilines && options.AllowQuoting;
        Escape = (byte)options.EscapeChar;
        DecimalMarker = (byte)options.DecimalMarker;
        TrimWhitespace = options.TrimWhitespace;
        MissingRealsAsNaNs = options.MissingRealsAsNaNs;
    }

    public byte[] SeparatorBytes { get; }

    public SearchValues<byte> Separators { get; }

    public bool SpaceSeparates { get; }

    public bool AllowQuoting { get; }

    public bool ReadMultilines { get; }

    public byte Escape { get; }

    public byte DecimalMarker { get; }

    public bool TrimWhitespace { get; }

    public bool MissingRealsAsNaNs { get; }

    /// <summary>
    /// Finds the end of the line that begins at <paramref name="start"/>: the position of its line break, or −1 where the text ends before.
    /// </summary>
    public int FindLineEnd(ReadOnlySpan<byte> text, int start)
    {
        if (!ReadMultilines)
        {
            var end = text[start..].IndexOfAny((byte)'\n', (byte)'\r');
            return end < 0 ? -1 : start + end;
        }

        var fields = new FieldReader(this, text, start);
        while (fields.MoveNext())
        {
        }

        return fields.Position < text.Length ? fields.Position : -1;
    }

    /// <summary>Returns the line without the spaces and tabs at its end, where they are to be dropped.</summary>
    public ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => TrimWhitespace ? line.TrimEnd(" \t"u8) : line;

    /// <summary>Returns the position behind the line break at <paramref name="end"/>.</summary>
    public static int SkipLineBreak(ReadOnlySpan<byte> text, int end) =>
        end + (text[end] == (byte)'\r' && end + 1 < text.Length && text[end + 1] == (byte)'\n' ? 2 : 1);
}
