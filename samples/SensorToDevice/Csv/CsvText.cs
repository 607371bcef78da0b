using System.Text;

namespace SensorToDevice.Csv;

/// <summary>The text of a file: in UTF-8, UTF-16, UTF-32 or Windows-1252, which holds Latin-1; whatever else is refused.</summary>
internal static class CsvText
{
    private static readonly (byte[] Begin, string What)[] NoTexts =
    [
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive, as spreadsheets are"), ([0xD0, 0xCF, 0x11, 0xE0], "an old spreadsheet"),
        ([0x1F, 0x8B], "compressed with gzip"), ([0x50, 0x41, 0x52, 0x31], "a Parquet file"), ([0x47, 0x47, 0x55, 0x46], "a GGUF model"),
        ([0x25, 0x50, 0x44, 0x46], "a PDF file"),
    ];

    private static readonly (byte[] Mark, Encoding Encoding)[] Marks =
    [
        ([0xEF, 0xBB, 0xBF], new UTF8Encoding(false, true)), ([0xFF, 0xFE, 0, 0], new UTF32Encoding(false, false, true)),
        ([0, 0, 0xFE, 0xFF], new UTF32Encoding(true, false, true)), ([0xFF, 0xFE], new UnicodeEncoding(false, false, true)),
        ([0xFE, 0xFF], new UnicodeEncoding(true, false, true)),
    ];

    /// <summary>Returns a file's text, with a remark where its encoding had to be guessed.</summary>
    /// <exception cref="InvalidDataException">It is no text, or in an encoding that is not recognised.</exception>
    public static (string Text, string? Remark) Read(string path)
    {
        if (path.Length == 0)
            throw new ArgumentException("The name of the CSV file is empty.");
        if (Directory.Exists(path))
            throw new ArgumentException($"{path} is a folder; a CSV file is expected.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.");
        var bytes = File.ReadAllBytes(path);
        if (NoTexts.FirstOrDefault(other => bytes.AsSpan().StartsWith(other.Begin)).What is { } what)
            throw new InvalidDataException($"{path} is {what}, and no text: save it as CSV.");
        var (text, remark) = Decode(path, bytes);
        foreach (var control in text.Where(c => c < ' ' && c is not ('\t' or '\n' or '\r' or '\f' or '\x1A')).Take(1))
            throw new InvalidDataException($"{path} holds the character U+{(int)control:X4}, so it is no text: save it as CSV in UTF-8.");
        return string.IsNullOrWhiteSpace(text) ? throw new InvalidDataException($"{path} is empty.") : (text, remark);
    }

    private static (string Text, string? Remark) Decode(string path, byte[] bytes)
    {
        try
        {
            if (Marks.FirstOrDefault(mark => bytes.AsSpan().StartsWith(mark.Mark)) is { Encoding: { } marked, Mark: var begin })
                return (marked.GetString(bytes.AsSpan(begin.Length)), null);
            if (UnmarkedUtf16(bytes) is { } encoding)
                return (encoding.GetString(bytes), $"{path} was read as UTF-16.");
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path} is damaged at byte {e.Index}: {e.Message} Save it as UTF-8.", e);
        }

        try
        {
            return (new UTF8Encoding(false, true).GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            var at = Array.FindIndex(bytes, value => value is 0x81 or 0x8D or 0x8F or 0x90 or 0x9D);
            return at < 0
                ? (CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(bytes),
                    $"{path} is not UTF-8 and was read as Windows-1252 (Latin-1).")
                : throw new InvalidDataException(
                    $"{path} is neither UTF-8 nor Windows-1252: byte {at} is {bytes[at]:X2}. Save it as UTF-8.");
        }
    }

    // Latin letters, digits and separators have a zero byte each.
    private static UnicodeEncoding? UnmarkedUtf16(byte[] bytes)
    {
        var begin = bytes.AsSpan(0, Math.Min(bytes.Length, 4096) & ~1);
        var (even, odd) = (0, 0);
        for (var i = 0; i < begin.Length; i++)
            (even, odd) = begin[i] != 0 ? (even, odd) : i % 2 == 0 ? (even + 1, odd) : (even, odd + 1);
        var most = begin.Length / 2;
        return (4 * odd > 3 * most && even == 0) || (4 * even > 3 * most && odd == 0)
            ? new UnicodeEncoding(bigEndian: even > 0, byteOrderMark: false, throwOnInvalidBytes: true)
            : null;
    }
}
