using System.Buffers;

namespace TinyLlm.Transforms;

/// <summary>Finds the tokens that stay whole in a text: the leftmost first, and of several at one place the longest.</summary>
internal sealed class ReservedTokens
{
    private readonly Reserved[][] _byFirst = new Reserved[256][];
    private readonly SearchValues<byte> _allFirst;
    private readonly SearchValues<byte> _ordinaryFirst;
    private readonly Reserved[] _withSpace;

    public ReservedTokens(IEnumerable<Reserved> tokens)
    {
        var all = tokens.OrderByDescending(token => token.Text.Length).ToArray();
        foreach (var group in all.GroupBy(token => token.Text[0]))
            _byFirst[group.Key] = [.. group];
        _allFirst = SearchValues.Create([.. all.Select(token => token.Text[0]).Distinct()]);
        _ordinaryFirst = SearchValues.Create([.. all.Where(token => !token.IsControl).Select(token => token.Text[0]).Distinct()]);
        _withSpace = [.. all.Where(token => Enumerable.Range(1, token.Text.Length - 1).Any(i => WordScanner.IsCertainCut(token.Text, i)))];
    }

    /// <summary>Finds the first reserved token.</summary>
    /// <returns>Where it begins, and the token; at the text's end and <see langword="null"/> where there is none.</returns>
    public int Find(ReadOnlySpan<byte> text, bool withControl, out Reserved? found)
    {
        var first = withControl ? _allFirst : _ordinaryFirst;
        for (var start = 0; start < text.Length; start++)
        {
            var skip = text[start..].IndexOfAny(first);
            if (skip < 0)
                break;
            start += skip;
            foreach (var token in _byFirst[text[start]])
            {
                if ((withControl || !token.IsControl) && text[start..].StartsWith(token.Text))
                {
                    found = token;
                    return start;
                }
            }
        }

        found = null;
        return text.Length;
    }

    /// <summary>Returns whether a reserved token could stand across <paramref name="position"/>, which is before a white space.</summary>
    public bool MayCross(ReadOnlySpan<byte> text, int position)
    {
        foreach (var token in _withSpace)
        {
            for (var before = Math.Min(position, token.Text.Length - 1); before > 0; before--)
            {
                // What lies behind the text's end is unknown, so a token that reaches it counts.
                var there = text[(position - before)..Math.Min(text.Length, position - before + token.Text.Length)];
                if (there.SequenceEqual(token.Text.AsSpan(0, there.Length)))
                    return true;
            }
        }

        return false;
    }

    /// <summary>A token that stays whole.</summary>
    internal sealed record Reserved(byte[] Text, int Token, bool IsControl);
}
