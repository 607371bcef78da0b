namespace TinyLlm.Transforms;

/// <summary>Hashes words and groups of them, the same in every process.</summary>
internal static class WordHash
{
    private const ulong Prime = 0x9E3779B97F4A7C15;

    /// <summary>Hashes one text.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        var hash = Prime;
        foreach (var unit in text)
            hash = (hash ^ unit) * 0x100000001B3;
        return (int)(Mix(hash) >> 32);
    }

    /// <summary>Spreads a hash over all bits (the finalizer of SplitMix64, <see href="https://doi.org/10.1145/2714064.2660195"/>).</summary>
    public static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }

    /// <summary>Calls <paramref name="add"/> with the hash of each group of <paramref name="size"/> words; letters' case and what is no word do not count.</summary>
    public static void Groups<T>(ReadOnlySpan<char> text, int size, T state, Action<T, ulong> add)
    {
        Span<ulong> words = stackalloc ulong[size];
        var (count, hash, length) = (0, Prime, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                var unit = text[i] < 128 ? (char)(text[i] | 0x20) : char.ToLowerInvariant(text[i]);
                hash = (hash ^ unit) * 0x100000001B3;
                length++;
                continue;
            }

            if (length == 0)
                continue;
            words[count++ % size] = hash;
            (hash, length) = (Prime, 0);
            if (count < size)
                continue;
            var group = 0UL;
            for (var word = 0; word < size; word++)
                group = (group * Prime) + words[(count + word) % size];
            add(state, Mix(group));
        }
    }
}
