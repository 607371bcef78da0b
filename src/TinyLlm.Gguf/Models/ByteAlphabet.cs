using System.Text;

namespace TinyLlm.Gguf;

/// <summary>GPT-2's printable alphabet: one character for each of the 256 bytes, in which vocabularies write their tokens.</summary>
/// <remarks>
/// Source: <c>bytes_to_unicode</c> of GPT-2's <c>encoder.py</c>: printable bytes stand for themselves, the others for U+0100 on, in order.
/// </remarks>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = MakeCharacters();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>Gets the 256 bytes in GPT-2's order: the printable ones first, which is how its vocabulary numbers them.</summary>
    public static IEnumerable<byte> InOrder =>
        Enumerable.Range(0, 256).OrderBy(value => Characters[value] == value ? 0 : 1).Select(value => (byte)value);

    /// <summary>Writes bytes in the alphabet.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
            text.Append(Characters[value]);
        return text.ToString();
    }

    /// <summary>
    /// Returns the bytes that a text of the alphabet stands for; <see langword="null"/> where a character is not of the alphabet.
    /// </summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= Bytes.Length || Bytes[text[i]] < 0)
                return null;
            bytes[i] = (byte)Bytes[text[i]];
        }

        return bytes;
    }

    private static char[] MakeCharacters()
    {
        var next = '\u0100';
        return [.. Enumerable.Range(0, 256).Select(
            value => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)value : next++)];
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[0x144];
        Array.Fill(bytes, (short)-1);
        for (short value = 0; value < 256; value++)
            bytes[Characters[value]] = value;
        return bytes;
    }
}
