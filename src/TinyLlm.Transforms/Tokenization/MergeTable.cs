using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>What two neighbouring tokens become, and how early; with the tokens of the single bytes, where merging starts.</summary>
internal sealed class MergeTable
{
    private const long Free = -1;

    // Open addressing with at most half of the places taken: encoding looks up several pairs for each byte of a new word.
    private readonly Place[] _places;
    private readonly int _shift;
    private readonly int[] _bytes = new int[256];

    /// <exception cref="ArgumentException">The vocabulary lacks a byte, or a merge makes or takes what is no token.</exception>
    public MergeTable(ModelVocabulary vocabulary)
    {
        var ids = new Dictionary<string, int>(vocabulary.Count, StringComparer.Ordinal);
        for (var id = 0; id < vocabulary.Count; id++)
            ids.Add(vocabulary.Tokens[id], id);
        for (var value = 0; value < 256; value++)
        {
            var text = ByteAlphabet.Encode([(byte)value]);
            if (!ids.TryGetValue(text, out _bytes[value]))
            {
                _bytes[value] = vocabulary.UnknownToken ?? throw new ArgumentException(
                    $"The vocabulary has no token '{text}' for the byte {value}, and no unknown token; byte-level BPE needs all 256 bytes.",
                    nameof(vocabulary));
            }
        }

        var bits = System.Numerics.BitOperations.Log2((uint)Math.Max(1, vocabulary.Merges.Length)) + 2;
        _places = new Place[1 << bits];
        _shift = 64 - bits;
        Array.Fill(_places, new Place(Free, default));
        for (var rank = 0; rank < vocabulary.Merges.Length; rank++)
        {
            var merge = vocabulary.Merges[rank];
            var space = merge.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || space == merge.Length - 1)
                throw new ArgumentException($"Merge {rank} is '{merge}'; 'left right' is expected.", nameof(vocabulary));
            var (left, right) = (merge[..space], merge[(space + 1)..]);
            // The first of equal merges counts, as in llama.cpp.
            ref var place = ref Find(Key(Id(left), Id(right)));
            if (place.Key == Free)
                place = new Place(Key(Id(left), Id(right)), new Merge(rank, Id(left + right)));

            int Id(string text) => ids.TryGetValue(text, out var id)
                ? id
                : throw new ArgumentException(
                    $"Merge {rank}, '{merge}', needs the token '{text}', which the vocabulary lacks.", nameof(vocabulary));
        }
    }

    /// <summary>Returns the token of a byte.</summary>
    public int OfByte(byte value) => _bytes[value];

    public bool TryGet(int left, int right, out Merge merge)
    {
        ref var place = ref Find(Key(left, right));
        merge = place.Merge;
        return place.Key != Free;
    }

    // The pair's place, or the free one where it would be.
    private ref Place Find(long key)
    {
        var at = (int)((ulong)(key * unchecked((long)0x9E3779B97F4A7C15)) >> _shift);
        while (_places[at].Key != key && _places[at].Key != Free)
            at = (at + 1) & (_places.Length - 1);
        return ref _places[at];
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>The token that a pair becomes; the pair of the lowest rank is merged first.</summary>
    internal readonly record struct Merge(int Rank, int Token);

    private readonly record struct Place(long Key, Merge Merge);
}
