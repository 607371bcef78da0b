using System.Runtime.InteropServices;

namespace TinyLlm.Transforms;

/// <summary>Hashes lines and groups of five words, the same in every process.</summary>
internal static class WordHash
{
    private const ulong Prime = 0x9E3779B97F4A7C15;
    private const ulong LetterPrime = 0x100000001B3;

    // By UTF-16 unit: the small letter or the digit that counts for it; 0 for what is no part of a word.
    private static readonly char[] Folded = [.. Enumerable.Range(0, 0x10000).Select(
        unit => char.IsLetterOrDigit((char)unit) ? char.ToLowerInvariant((char)unit) : '\0')];

    /// <summary>Hashes a line.</summary>
    public static int OfLine(ReadOnlySpan<char> line)
    {
        var hash = Prime + (ulong)line.Length;
        var blocks = MemoryMarshal.Cast<char, ulong>(line); // four units each
        foreach (var block in blocks)
            hash = Mix(hash ^ block);
        foreach (var unit in line[(4 * blocks.Length)..])
            hash = (hash ^ unit) * LetterPrime;
        return (int)(Mix(hash) >> 32);
    }

    /// <summary>Adds the hash of each group of five words to a sketch; letters' case and what is no word do not count.</summary>
    public static void AddGroups(ReadOnlySpan<char> text, MinHashSketch.Builder sketch)
    {
        ulong first = 0, second = 0, third = 0, fourth = 0;
        var (words, hash) = (0, Prime);
        for (var i = 0; i <= text.Length; i++)
        {
            var unit = i < text.Length ? Folded[text[i]] : '\0';
            if (unit != 0)
            {
                hash = (hash ^ unit) * LetterPrime;
                continue;
            }

            // Nothing was hashed since the last word.
            if (hash == Prime)
                continue;
            if (++words >= 5)
                sketch.Add(Mix((((((((first * Prime) + second) * Prime) + third) * Prime) + fourth) * Prime) + hash));
            (first, second, third, fourth, hash) = (second, third, fourth, hash, Prime);
        }
    }

    // Spreads a hash over all bits (the finalizer of SplitMix64, https://doi.org/10.1145/2714064.2660195).
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
