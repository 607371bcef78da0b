using System.Numerics;

namespace TinyLlm.Trainers.Data;

/// <summary>A seeded shuffle of 0 … count−1 that takes no memory: each place is computed when it is asked for.</summary>
/// <remarks>
/// A balanced Feistel network over the next even number of bits, walked until it lands inside: format-preserving encryption by cycle
/// walking (Black and Rogaway, 2002, <see href="https://doi.org/10.1007/3-540-45760-7_9"/>). At most four steps on average.
/// </remarks>
internal readonly struct Permutation
{
    private const int Rounds = 6;

    private readonly ulong _seed;
    private readonly ulong _count;
    private readonly int _halfBits;

    public Permutation(long count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_count, _seed) = ((ulong)count, seed);
        var bits = 64 - BitOperations.LeadingZeroCount(_count - 1);
        _halfBits = Math.Max(1, (bits + 1) / 2);
    }

    /// <summary>Gets the number that stands at a place.</summary>
    public long this[long place]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)place, _count, nameof(place));
            var value = (ulong)place;
            do
                value = Encrypt(value);
            while (value >= _count);
            return (long)value;
        }
    }

    private ulong Encrypt(ulong value)
    {
        var mask = (1UL << _halfBits) - 1;
        var (left, right) = (value >> _halfBits, value & mask);
        for (var round = 0UL; round < Rounds; round++)
            (left, right) = (right, left ^ (Mixing.Derive(_seed + round, right) & mask));
        return (left << _halfBits) | right;
    }
}
