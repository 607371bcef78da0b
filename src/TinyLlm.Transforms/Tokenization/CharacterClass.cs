using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TinyLlm.Transforms;

/// <summary>The four kinds of characters that GPT-2's pattern tells apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Neither of the others: punctuation, marks, symbols, what is not assigned.</summary>
    Other,

    /// <summary><c>\p{L}</c>.</summary>
    Letter,

    /// <summary><c>\p{N}</c>.</summary>
    Number,

    /// <summary><c>\s</c>: Unicode's White_Space.</summary>
    Space,
}

/// <summary>Finds the class of the character at a place in UTF-8 text.</summary>
internal static class CharacterClasses
{
    // By code point, for the plane that nearly all text is of.
    private static readonly CharacterClass[] Basic = [.. Enumerable.Range(0, 0x10000).Select(
        c => ClassOf(CharUnicodeInfo.GetUnicodeCategory(c), c))];

    /// <summary>
    /// Returns the class of the character at <paramref name="position"/> and its bytes; bytes that are not UTF-8 are of class Other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharacterClass At(ReadOnlySpan<byte> text, int position, out int length)
    {
        var first = text[position];
        if (first >= 0x80)
            return BeyondAscii(text[position..], out length);
        length = 1;
        return Basic[first];
    }

    /// <summary>Returns the class of a character.</summary>
    public static CharacterClass Of(Rune rune) =>
        rune.IsBmp ? Basic[rune.Value] : ClassOf(Rune.GetUnicodeCategory(rune), rune.Value);

    private static CharacterClass BeyondAscii(ReadOnlySpan<byte> text, out int length)
    {
        Rune.DecodeFromUtf8(text, out var rune, out length);
        return Of(rune);
    }

    private static CharacterClass ClassOf(UnicodeCategory category, int codePoint) => category switch
    {
        _ when Unicode16.IsLetterOrNumber(codePoint) => CharacterClass.Other,
        <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => CharacterClass.Space,
        UnicodeCategory.Control when codePoint is (>= 0x09 and <= 0x0D) or 0x85 => CharacterClass.Space,
        _ => CharacterClass.Other,
    };
}
