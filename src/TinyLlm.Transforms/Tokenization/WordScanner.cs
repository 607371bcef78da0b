namespace TinyLlm.Transforms;

/// <summary>Cuts UTF-8 text into the words that byte pairs are merged in, as GPT-2's pattern does.</summary>
/// <remarks>
/// The pattern is <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c> over Unicode characters (GPT-2's
/// <c>encoder.py</c>).
/// </remarks>
internal static class WordScanner
{
    /// <summary>Returns the end of the word that begins at <paramref name="start"/>, which is less than the text's length.</summary>
    public static int EndOfWord(ReadOnlySpan<byte> text, int start)
    {
        if (text[start] == (byte)'\'' && ContractionLength(text[(start + 1)..]) is > 0 and var contraction)
            return start + 1 + contraction;

        var kind = CharacterClasses.At(text, start, out var length);
        var position = start + length;
        if (text[start] == (byte)' ' && position < text.Length
            && CharacterClasses.At(text, position, out length) is var next and not CharacterClass.Space)
            (kind, position) = (next, position + length);

        var last = start;
        while (position < text.Length && CharacterClasses.At(text, position, out length) == kind)
        {
            last = position;
            position += length;
        }

        // \s+(?!\S): before a word, the last space of several is left to it.
        return kind == CharacterClass.Space && position < text.Length && last > start ? last : position;
    }

    /// <summary>
    /// Returns whether a word ends before the white space at <paramref name="position"/>, whatever the rest of the text is.
    /// </summary>
    public static bool IsCertainCut(ReadOnlySpan<byte> text, int position)
    {
        if (position == 0 || text[position] >= 0x80 || CharacterClasses.At(text, position, out _) != CharacterClass.Space)
            return false;
        System.Text.Rune.DecodeLastFromUtf8(text[..position], out var before, out _);
        return CharacterClasses.Of(before) != CharacterClass.Space;
    }

    private static int ContractionLength(ReadOnlySpan<byte> behind) => behind switch
    {
        [(byte)'s' or (byte)'t' or (byte)'m' or (byte)'d', ..] => 1,
        [(byte)'r' or (byte)'v', (byte)'e', ..] or [(byte)'l', (byte)'l', ..] => 2,
        _ => 0,
    };
}
