namespace TinyLlm.Trainers.Engine;

/// <summary>Random numbers without a state: the n-th number of a key is a function of both, whoever asks and when.</summary>
/// <param name="key">Which sequence.</param>
internal readonly struct CounterRandom(ulong key)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>Returns the key of a sequence's sub-sequence.</summary>
    public static ulong Key(ulong key, long part) => Mix(key + (Step * (ulong)(part + 1)));

    /// <summary>Returns 24 random bits as a number from 0 up to and without 1.</summary>
    public float Single(long index) => (Mix(key + (Step * (ulong)index)) >> 40) * (1f / (1 << 24));

    /// <summary>Returns two independent numbers of the normal distribution (Box and Muller).</summary>
    public (float First, float Second) Normal(long index)
    {
        var bits = Mix(key + (Step * (ulong)index));
        var radius = Math.Sqrt(-2 * Math.Log(((bits >> 32) + 1) / 4294967296.0));
        var (sine, cosine) = Math.SinCos((uint)bits * (2 * Math.PI / 4294967296.0));
        return ((float)(radius * cosine), (float)(radius * sine));
    }

    // SplitMix64, https://doi.org/10.1145/2660193.2660195: the place in its sequence is the counter.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
