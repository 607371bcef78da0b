using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>What two neighbouring tokens become, and how early; with the tokens of the single bytes, where merging starts.</summary>
internal sealed class MergeTable
{
    private readonly Dictionary<long, Merge> _merges;
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
                    $"The vocabulary has no token '{text}' for the byte {value}, and no unknown token; byte-level BPE needs all 256 bytes.", nameof(vocabulary));
            }
        }

        _merges = new Dictionary<long, Merge>(vocabulary.Merges.Length);
        for (var rank = 0; rank < vocabulary.Merges.Length; rank++)
        {
            var merge = vocabulary.Merges[rank];
            var space = merge.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || space == merge.Length - 1)
                throw new ArgumentException($"Merge {rank} is '{merge}'; 'left right' is expected.", nameof(vocabulary));
            var (left, right) = (merge[..space], merge[(space + 1)..]);
            // The first of equal merges counts, as in llama.cpp.
            _merges.TryAdd(Key(Id(left), Id(right)), new Merge(rank, Id(left + right)));

            int Id(string text) => ids.TryGetValue(text, out var id)
                ? id
                : throw new ArgumentException($"Merge {rank}, '{merge}', needs the token '{text}', which the vocabulary lacks.", nameof(vocabulary));
        }
    }

    /// <summary>Returns the token of a byte.</summary>
    public int OfByte(byte value) => _bytes[value];

    public bool TryGet(int left, int right, out Merge merge) => _merges.TryGetValue(Key(left, right), out merge);

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>The token that a pair becomes; the pair of the lowest rank is merged first.</summary>
    internal readonly record struct Merge(int Rank, int Token);
}
