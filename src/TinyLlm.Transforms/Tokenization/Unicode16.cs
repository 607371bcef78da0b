namespace TinyLlm.Transforms;

/// <summary>The letters and numbers that came with Unicode 16, which .NET 10 knows and llama.cpp's tables (Unicode 15) do not.</summary>
/// <remarks>
/// They count as not assigned here, so that a model reads a text on the device as it did in training. A test compares every code point.
/// </remarks>
internal static class Unicode16
{
    // First and last code points. Source: the Unicode Character Database, DerivedAge.txt, and what llama.cpp answers.
    private static readonly (int First, int Last)[] LettersAndNumbers =
    [
        (0x1C89, 0x1C8A), (0xA7CB, 0xA7CD), (0xA7DA, 0xA7DC), (0x105C0, 0x105F3), (0x10D40, 0x10D65), (0x10D6F, 0x10D85),
            (0x10EC2, 0x10EC4),
        (0x11380, 0x11389), (0x1138B, 0x1138B), (0x1138E, 0x1138E), (0x11390, 0x113B5), (0x113B7, 0x113B7), (0x113D1, 0x113D1),
            (0x113D3, 0x113D3),
        (0x116D0, 0x116E3), (0x11BC0, 0x11BE0), (0x11BF0, 0x11BF9), (0x13460, 0x143FA), (0x16100, 0x1611D), (0x16130, 0x16139),
            (0x16D40, 0x16D6C),
        (0x16D70, 0x16D79), (0x18CFF, 0x18CFF), (0x1CCF0, 0x1CCF9), (0x1E5D0, 0x1E5ED), (0x1E5F0, 0x1E5FA),
    ];

    public static bool IsLetterOrNumber(int codePoint)
    {
        foreach (var (first, last) in LettersAndNumbers)
        {
            if (codePoint <= last)
                return codePoint >= first;
        }

        return false;
    }
}
