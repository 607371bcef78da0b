using System.Globalization;
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
    private static readonly CharacterClass[] Basic = [.. Enumerable.Range(0, 0x10000).Select(c => ClassOf(CharUnicodeInfo.GetUnicodeCategory(c), c))];

    /// <summary>Returns the class of the character at <paramref name="position"/> and its bytes; bytes that are not UTF-8 are of class Other.</summary>
    public static CharacterClass At(ReadOnlySpan<byte> text, int position, out int length)
    {
        if (text[position] < 0x80)
        {
            length = 1;
            return Basic[text[position]];
        }

        Rune.DecodeFromUtf8(text[position..], out var rune, out length);
        return Of(rune);
    }

    /// <summary>Returns the class of a character.</summary>
    public static CharacterClass Of(Rune rune) =>
        rune.IsBmp ? Basic[rune.Value] : ClassOf(Rune.GetUnicodeCategory(rune), rune.Value);

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
