namespace TinyLlm.Trainers.Engine;

/// <summary>
/// Which numbers of one place in a network are dropped in one step: a function of seed, place and position, and of nothing else.
/// </summary>
/// <param name="Rate">The share that is dropped, from 0 up to and without 1.</param>
/// <param name="Key">Seed and place; see <see cref="At"/>.</param>
/// <param name="Rows">The position of each row where some are left out; null: its number.</param>
internal readonly record struct Dropout(float Rate, ulong Key, int[]? Rows = null)
{
    public static Dropout None => default;

    public bool IsOn => Rate > 0;

    /// <summary>Returns the dropout of one place in the network.</summary>
    public static Dropout At(float rate, ulong seed, int place) => new(rate, CounterRandom.Key(seed, place));

    /// <summary>Returns what to multiply the number at <paramref name="index"/> with: 0, or 1/(1 - rate), which keeps the mean.</summary>
    public float Factor(long index) => new CounterRandom(Key).Single(index) < Rate ? 0 : 1 / (1 - Rate);

    /// <summary>y = x·factor for some numbers of a row of <paramref name="width"/> numbers.</summary>
    public unsafe void Apply(float* x, float* y, int row, int width, int column, int count) =>
        Apply(x, y, ((long)(Rows?[row] ?? row) * width) + column, count);

    /// <summary>y = x·factor for a row that begins at <paramref name="index"/>.</summary>
    public unsafe void Apply(float* x, float* y, long index, int count)
    {
        for (var i = 0; i < count; i++)
            y[i] = x[i] * Factor(index + i);
    }
}
