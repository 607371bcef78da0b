namespace TinyLlm.Trainers.Data;

/// <summary>Turns seeds and counters into numbers that look random; the same on every machine.</summary>
internal static class Mixing
{
    /// <summary>
    /// Scrambles 64 bits; one to one. The finalizer of SplitMix64 (<see href="https://doi.org/10.1145/2660193.2660195"/>).
    /// </summary>
    public static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Derives a seed from another and a counter.</summary>
    public static ulong Derive(ulong seed, ulong counter) => Scramble(Scramble(seed + 0x9E3779B97F4A7C15) ^ (counter * 0x9E3779B97F4A7C15));

    /// <summary>Returns a number from 0 to below <paramref name="limit"/>.</summary>
    public static long Below(ulong seed, long limit) => (long)Math.BigMul(seed, (ulong)limit, out _);
}
