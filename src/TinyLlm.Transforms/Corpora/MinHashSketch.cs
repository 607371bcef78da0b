namespace TinyLlm.Transforms;

/// <summary>
/// The smallest hashes of a document's groups of five words: from two such sketches follows how much the documents share.
/// </summary>
/// <remarks>
/// Source: Broder, On the resemblance and containment of documents, <see href="https://doi.org/10.1109/SEQUEN.1997.666900"/>.
/// </remarks>
internal sealed class MinHashSketch
{
    private const int Largest = 512;
    private const int Smallest = 32;
    private const int GroupsPerHash = 16;
    private const int RepetitionSample = 8;

    private readonly ulong _limit;

    private MinHashSketch(ulong[] hashes, ulong limit, double repeated) => (Hashes, _limit, Repeated) = (hashes, limit, repeated);

    /// <summary>Gets the hashes, ascending.</summary>
    public ulong[] Hashes { get; }

    /// <summary>Gets the share of groups that stood in the document before, estimated from one in eight.</summary>
    public double Repeated { get; }

    public static MinHashSketch Of(ReadOnlySpan<char> text)
    {
        var builder = new Builder();
        WordHash.AddGroups(text, builder);
        var different = builder.Finish();
        var size = Math.Clamp(builder.Groups / GroupsPerHash, Smallest, Largest);
        var kept = different.Length > size ? different[..size] : different;
        // All hashes up to the limit are known: where none was left out, that is all there are.
        var isWhole = kept.Length == different.Length && !builder.HasDropped;
        return new MinHashSketch(kept, isWhole ? ulong.MaxValue : kept[^1], builder.Repeated);
    }

    /// <summary>Estimates how much of the smaller document stands in the other.</summary>
    public double Overlap(MinHashSketch other, int shared)
    {
        var limit = Math.Min(_limit, other._limit);
        return TextMeasures.Ratio(shared, Math.Max(1, Math.Min(CountUpTo(limit), other.CountUpTo(limit))));
    }

    private int CountUpTo(ulong limit) => Hashes.AsSpan().BinarySearch(limit) is var at && at >= 0 ? at + 1 : ~at;

    /// <summary>Takes the hashes of a text's groups.</summary>
    internal sealed class Builder
    {
        private readonly HashSet<ulong> _sampled = [];
        private readonly ulong[] _hashes = new ulong[4 * Largest];
        private int _count;
        private int _sampleCount;
        private ulong _limit = ulong.MaxValue;

        public int Groups { get; private set; }

        public bool HasDropped { get; private set; }

        public double Repeated => TextMeasures.Ratio(_sampleCount - _sampled.Count, _sampleCount);

        public void Add(ulong hash)
        {
            Groups++;
            if (hash % RepetitionSample == 0)
            {
                _sampleCount++;
                _sampled.Add(hash);
            }

            if (hash > _limit)
            {
                HasDropped = true;
                return;
            }

            if (_count == _hashes.Length)
                Compact();
            _hashes[_count++] = hash;
        }

        public ulong[] Finish()
        {
            Compact();
            return _hashes[.._count];
        }

        private void Compact()
        {
            var hashes = _hashes.AsSpan(0, _count);
            hashes.Sort();
            var written = 0;
            foreach (var hash in hashes)
            {
                if (written == 0 || hashes[written - 1] != hash)
                    hashes[written++] = hash;
            }

            if (written > Largest)
            {
                (written, HasDropped) = (Largest, true);
                _limit = hashes[Largest - 1];
            }

            _count = written;
        }
    }
}
