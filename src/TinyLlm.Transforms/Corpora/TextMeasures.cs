using System.Text.Unicode;

namespace TinyLlm.Transforms;

/// <summary>What the rules of a corpus ask about a text's characters and lines.</summary>
internal sealed class TextMeasures
{
    private const string Punctuation = ".,;:!?'\"()-–—‘’“”…";

    // By UTF-16 unit. The halves of a character beyond the basic plane have no category of their own and count as symbols.
    private readonly Kind[] _kinds = new Kind[0x10000];

    public TextMeasures(IEnumerable<UnicodeRange> language)
    {
        for (var i = 0; i < _kinds.Length; i++)
        {
            var unit = (char)i;
            _kinds[i] = char.IsLetter(unit) ? Kind.OtherLetter
                : char.IsWhiteSpace(unit) ? Kind.Space
                : char.IsDigit(unit) || Punctuation.Contains(unit) ? Kind.Plain
                : Kind.Symbol;
        }

        foreach (var range in language)
        {
            foreach (ref var kind in _kinds.AsSpan(range.FirstCodePoint, range.Length))
                kind = kind == Kind.OtherLetter ? Kind.Letter : kind;
        }
    }

    private enum Kind : byte
    {
        Symbol,
        Letter,
        OtherLetter,
        Space,
        Plain,
    }

    /// <summary>
    /// Returns the share of symbols among the characters that are not white space, and of the language's letters among the letters.
    /// </summary>
    public (double Symbols, double Language) Shares(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[5];
        counts.Clear();
        foreach (var unit in text)
            counts[(int)_kinds[unit]]++;
        var (letters, others) = (counts[(int)Kind.Letter], counts[(int)Kind.OtherLetter]);
        return (Ratio(counts[(int)Kind.Symbol], text.Length - counts[(int)Kind.Space]), Ratio(letters, letters + others));
    }

    /// <summary>Returns the share of the characters of a text's lines that are in lines which stood before.</summary>
    public static double RepeatedLines(ReadOnlySpan<char> text)
    {
        var seen = new HashSet<int>();
        var (all, repeated) = (0, 0);
        foreach (var line in text.EnumerateLines())
        {
            var trimmed = line.Trim();
            all += trimmed.Length;
            // 32 bits of a hash: two lines in a document that only look alike to it do not matter to a share.
            if (trimmed.Length > 0 && !seen.Add(WordHash.OfLine(trimmed)))
                repeated += trimmed.Length;
        }

        return Ratio(repeated, all);
    }

    public static double Ratio(int part, int all) => all > 0 ? (double)part / all : 0;
}
