using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyLlm.Transforms;

/// <summary>The tokens of the latest short words: a table of fixed size in which a newer word takes an older one's place.</summary>
internal sealed class WordCache
{
    /// <summary>The most bytes of a word that is kept; the last byte of a key holds the word's length.</summary>
    public const int LongestWord = KeyBytes - 1;

    /// <summary>The most tokens of a word that is kept, so that an entry fills one cache line.</summary>
    public const int MostTokens = 7;

    private const int KeyBytes = 32;
    private const int IndexBits = 15;

    private readonly Entry[] _entries = new Entry[1 << IndexBits];

    /// <summary>Returns the word's place in the table, and whether the word is there.</summary>
    public ref Entry Find(ReadOnlySpan<byte> word, out bool isKnown)
    {
        var key = KeyOf(word);
        var parts = key.AsUInt64();
        // Odd constants with well-mixed bits (the golden ratio's and xxHash's); the top bits are the best ones.
        var hash = (parts[0] * 0x9E3779B97F4A7C15) ^ (parts[1] * 0xC2B2AE3D27D4EB4F) ^ (parts[2] * 0x165667B19E3779F9) ^ (
            parts[3] * 0xD6E8FEB86659FD93);
        hash = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15;
        ref var entry = ref _entries[hash >> (64 - IndexBits)];
        isKnown = entry.Key == key;
        return ref entry;
    }

    /// <summary>Puts a word in a place.</summary>
    public static void Set(ref Entry entry, ReadOnlySpan<byte> word, ReadOnlySpan<int> tokens)
    {
        entry.Key = KeyOf(word);
        entry.Count = tokens.Length;
        tokens.CopyTo(entry.Tokens);
    }

    // A word has at least one byte, so no key is that of an empty entry.
    private static Vector256<byte> KeyOf(ReadOnlySpan<byte> word)
    {
        Unsafe.SkipInit(out KeyBuffer buffer);
        Span<byte> bytes = buffer;
        bytes.Clear();
        word.CopyTo(bytes);
        bytes[LongestWord] = (byte)word.Length;
        return Vector256.Create<byte>(bytes);
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Entry
    {
        public Vector256<byte> Key;
        public int Count;
        public TokenBuffer Tokens;
    }

    [InlineArray(MostTokens)]
    internal struct TokenBuffer
    {
        private int _first;
    }

    [InlineArray(KeyBytes)]
    private struct KeyBuffer
    {
        private byte _first;
    }
}
