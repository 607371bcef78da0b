using System.Text;

namespace TinyLlm.Transforms.Tests.Tokenization;

/// <summary>Texts of random characters in which all that GPT-2's pattern tells apart stands side by side.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
    [
        "'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'l", "'", "''", " ", "  ", "\n", "\r\n", "\t", "\u00A0", "\u2003", "\u0085",
            "\u3000", "\u200B",
        "a", "Zz", "é", "e\u0301", "ж", "中文", "ß", "ª", "1", "42", "٣", "Ⅷ", "½", "²", ".", ",!", "—", "€", "_", "😀", "👩‍👩‍👧",
            "\U00010400", "\U00020000",
        "\U0001D7D8", "\U0001F1E6", "\0", "\u001C", "\uFEFF", "\uFFFD", "<|endoftext|>", "the", "and",
    ];

    /// <summary>Returns a text of valid UTF-16.</summary>
    public static string Next(Random random, int pieces)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pieces; i++)
            text.Append(random.Next(4) == 0 ? AnyRune(random).ToString() : Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }

    private static Rune AnyRune(Random random)
    {
        while (true)
        {
            if (Rune.TryCreate(random.Next(2) == 0 ? random.Next(0x3000) : random.Next(0x110000), out var rune))
                return rune;
        }
    }
}
