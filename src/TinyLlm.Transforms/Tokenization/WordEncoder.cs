namespace TinyLlm.Transforms;

/// <summary>Turns words into tokens and remembers the latest ones. For one thread at a time.</summary>
internal sealed class WordEncoder(MergeTable merges)
{
    private const int MostScratch = 1 << 20;

    private static readonly MergeTable.Merge NoMerge = new(int.MaxValue, -1);

    private readonly WordCache _cache = new();
    private readonly PriorityQueue<Pair, long> _queue = new();
    private int[] _tokens = new int[64];
    private int[] _next = new int[64];
    private int[] _previous = new int[64];

    /// <summary>Gets a list to encode into for a while; cleared before it is used.</summary>
    public List<int> Scratch { get; } = [];

    /// <summary>Adds a word's tokens.</summary>
    public void Encode(ReadOnlySpan<byte> word, List<int> tokens)
    {
        if (word.Length > WordCache.LongestWord)
        {
            MergeLong(word, tokens);
            return;
        }

        ref var entry = ref _cache.Find(word, out var isKnown);
        if (isKnown)
        {
            if (entry.Count == 1)
                tokens.Add(entry.Tokens[0]);
            else
                tokens.AddRange(((ReadOnlySpan<int>)entry.Tokens)[..entry.Count]);
            return;
        }

        var before = tokens.Count;
        MergeShort(word, tokens);
        var added = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens)[before..];
        if (added.Length <= WordCache.MostTokens)
            WordCache.Set(ref entry, word, added);
    }

    /// <summary>Empties the list, and gives back the room of a very long text.</summary>
    public void ClearScratch()
    {
        Scratch.Clear();
        if (Scratch.Capacity > MostScratch)
            Scratch.Capacity = 0;
    }

    // Both ways merge the pair of the lowest rank, the leftmost first, until no pair is left. For few bytes a look at all pairs is the
    // faster one.
    private void MergeShort(ReadOnlySpan<byte> word, List<int> tokens)
    {
        Span<int> symbols = stackalloc int[WordCache.LongestWord];
        Span<MergeTable.Merge> pairs = stackalloc MergeTable.Merge[WordCache.LongestWord];
        var count = word.Length;
        for (var i = 0; i < count; i++)
            symbols[i] = merges.OfByte(word[i]);
        for (var i = 0; i + 1 < count; i++)
            pairs[i] = PairOf(symbols[i], symbols[i + 1]);
        while (true)
        {
            var (best, at) = (NoMerge.Rank, -1);
            for (var i = 0; i + 1 < count; i++)
            {
                if (pairs[i].Rank < best)
                    (best, at) = (pairs[i].Rank, i);
            }

            if (at < 0)
                break;
            symbols[at] = pairs[at].Token;
            symbols[(at + 2)..count].CopyTo(symbols[(at + 1)..]);
            pairs[(at + 1)..(count - 1)].CopyTo(pairs[at..]);
            count--;
            if (at + 1 < count)
                pairs[at] = PairOf(symbols[at], symbols[at + 1]);
            if (at > 0)
                pairs[at - 1] = PairOf(symbols[at - 1], symbols[at]);
        }

        tokens.AddRange(symbols[..count]);
    }

    private MergeTable.Merge PairOf(int left, int right) => merges.TryGet(left, right, out var merge) ? merge : NoMerge;

    // A queue of the pairs: n log n in the word's bytes.
    private void MergeLong(ReadOnlySpan<byte> word, List<int> tokens)
    {
        EnsureSymbols(word.Length);
        for (var i = 0; i < word.Length; i++)
            (_tokens[i], _previous[i], _next[i]) = (merges.OfByte(word[i]), i - 1, i + 1);
        for (var i = 1; i < word.Length; i++)
            Offer(i - 1, i);

        while (_queue.TryDequeue(out var pair, out _))
        {
            var (left, leftToken, rightToken, merged) = pair;
            var right = _next[left];
            // What was merged since it was offered has other tokens now.
            if (_tokens[left] != leftToken || right >= word.Length || _tokens[right] != rightToken)
                continue;
            _tokens[left] = merged;
            _tokens[right] = -1;
            _next[left] = _next[right];
            if (_next[left] < word.Length)
            {
                _previous[_next[left]] = left;
                Offer(left, _next[left]);
            }

            if (_previous[left] >= 0)
                Offer(_previous[left], left);
        }

        for (var i = 0; i < word.Length; i = _next[i])
            tokens.Add(_tokens[i]);
    }

    private void Offer(int left, int right)
    {
        if (merges.TryGet(_tokens[left], _tokens[right], out var merge))
            _queue.Enqueue(new Pair(left, _tokens[left], _tokens[right], merge.Token), ((long)merge.Rank << 32) | (uint)left);
    }

    private void EnsureSymbols(int count)
    {
        if (_tokens.Length >= count)
            return;
        var length = Math.Max(count, 2 * _tokens.Length);
        (_tokens, _next, _previous) = (new int[length], new int[length], new int[length]);
    }

    private readonly record struct Pair(int Left, int LeftToken, int RightToken, int Merged);
}
