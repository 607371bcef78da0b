using System.Runtime.InteropServices;

namespace TinyLlm.Transforms;

/// <summary>How often each word stands in texts. For one thread at a time.</summary>
internal sealed class WordCounts
{
    private readonly Dictionary<byte[], long> _counts = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], long>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;

    public WordCounts() => _byBytes = _counts.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Gets the words.</summary>
    public IReadOnlyCollection<KeyValuePair<byte[], long>> Words => _counts;

    /// <summary>Counts the words of a text; whole tokens are no words, and words end before them.</summary>
    public void Add(ReadOnlySpan<byte> text, ReservedTokens wholeTokens)
    {
        while (text.Length > 0)
        {
            var end = wholeTokens.Find(text, withControl: true, out var whole);
            for (var start = 0; start < end;)
            {
                var next = WordScanner.EndOfWord(text[..end], start);
                CollectionsMarshal.GetValueRefOrAddDefault(_byBytes, text[start..next], out _)++;
                start = next;
            }

            text = whole is null ? [] : text[(end + whole.Text.Length)..];
        }
    }

    /// <summary>Adds the counts of another.</summary>
    public void Add(WordCounts other)
    {
        foreach (var (word, count) in other._counts)
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, word, out _) += count;
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
