using System.Runtime.InteropServices;

namespace TinyLlm.Transforms;

/// <summary>How often each pair of neighbouring tokens stands in words, kept up to date as pairs are merged.</summary>
internal sealed class PairCounts
{
    private readonly List<byte[]> _tokens;
    private readonly int[] _symbols;
    private readonly Word[] _words;
    private readonly Dictionary<Pair, Entry> _pairs = [];
    private readonly PriorityQueue<Pair, (long Count, Pair Pair)> _queue;
    private readonly HashSet<Pair> _grown = [];

    /// <summary>Counts the pairs of words.</summary>
    /// <param name="words">The words and how often they stand.</param>
    /// <param name="tokens">The bytes of each token, which the caller adds to; ties are decided by them.</param>
    /// <param name="byteTokens">The token of each byte.</param>
    public PairCounts(IReadOnlyCollection<KeyValuePair<byte[], long>> words, List<byte[]> tokens, int[] byteTokens)
    {
        _tokens = tokens;
        _queue = new(Comparer<(long Count, Pair Pair)>.Create(Compare));
        _symbols = new int[words.Sum(word => word.Key.Length)];
        _words = new Word[words.Count];
        var (index, start) = (0, 0);
        foreach (var (word, count) in words)
        {
            for (var i = 0; i < word.Length; i++)
                _symbols[start + i] = byteTokens[word[i]];
            _words[index] = new Word(start, word.Length, count);
            for (var i = 1; i < word.Length; i++)
                Change(new Pair(_symbols[start + i - 1], _symbols[start + i]), count, index);
            start += word.Length;
            index++;
        }

        OfferGrown();
    }

    /// <summary>Takes the most frequent pair; of equally frequent ones the one whose bytes are greater, the left token's first.</summary>
    public bool TryTake(long minimum, out Pair pair)
    {
        while (_queue.TryDequeue(out pair, out var offered))
        {
            // A count that has shrunk since is offered again at its present place.
            if (!_pairs.TryGetValue(pair, out var entry) || entry.Count > offered.Count || entry.Count < minimum)
                continue;
            if (entry.Count == offered.Count)
                return true;
            _queue.Enqueue(pair, (entry.Count, pair));
        }

        return false;
    }

    /// <summary>Replaces a pair by a token in all words.</summary>
    public void Merge(Pair pair, int token)
    {
        _pairs.Remove(pair, out var entry);
        foreach (var index in entry!.Words)
            Merge(ref _words[index], index, pair, token);
        _pairs.Remove(pair);
        OfferGrown();
    }

    /// <summary>Leaves a pair apart for good.</summary>
    public void Forget(Pair pair) => _pairs.Remove(pair);

    private void Merge(ref Word word, int index, Pair pair, int token)
    {
        var symbols = _symbols.AsSpan(word.Start, word.Length);
        var written = 0;
        for (var read = 0; read < symbols.Length;)
        {
            if (read + 1 == symbols.Length || symbols[read] != pair.Left || symbols[read + 1] != pair.Right)
            {
                symbols[written++] = symbols[read++];
                continue;
            }

            if (written > 0)
            {
                Change(new Pair(symbols[written - 1], pair.Left), -word.Count, index);
                Change(new Pair(symbols[written - 1], token), word.Count, index);
            }

            if (read + 2 < symbols.Length)
            {
                Change(new Pair(pair.Right, symbols[read + 2]), -word.Count, index);
                Change(new Pair(token, symbols[read + 2]), word.Count, index);
            }

            symbols[written++] = token;
            read += 2;
        }

        word = word with { Length = written };
    }

    private void Change(Pair pair, long count, int word)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _);
        entry ??= new Entry();
        entry.Count += count;
        if (count < 0)
            return;
        _grown.Add(pair);
        if (entry.Words is not [.., var last] || last != word)
            entry.Words.Add(word);
    }

    private void OfferGrown()
    {
        foreach (var pair in _grown)
        {
            if (_pairs.TryGetValue(pair, out var entry) && entry.Count > 0)
                _queue.Enqueue(pair, (entry.Count, pair));
        }

        _grown.Clear();
    }

    // The queue gives the least first.
    private int Compare((long Count, Pair Pair) x, (long Count, Pair Pair) y)
    {
        if (x.Count != y.Count)
            return y.Count.CompareTo(x.Count);
        var left = _tokens[y.Pair.Left].AsSpan().SequenceCompareTo(_tokens[x.Pair.Left]);
        return left != 0 ? left : _tokens[y.Pair.Right].AsSpan().SequenceCompareTo(_tokens[x.Pair.Right]);
    }

    internal readonly record struct Pair(int Left, int Right);

    private readonly record struct Word(int Start, int Length, long Count);

    private sealed class Entry
    {
        public long Count;

        // The words that the pair stood in at some time, some of them twice.
        public readonly List<int> Words = [];
    }
}
