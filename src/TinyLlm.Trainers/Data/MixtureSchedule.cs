namespace TinyLlm.Trainers.Data;

/// <summary>Says which of several sources comes next, so that every source stays within one draw of its share at all times.</summary>
/// <remarks>
/// The chairman assignment of R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980), 323–330: of k sources with
/// shares λ, take among those that are owed at least 1/(2k−2) the one whose deadline is nearest. After n draws no count is further from λ·n
/// than 1 − 1/(2k−2). Taking the source that is owed most, which looks simpler, does not keep within one.
/// </remarks>
internal sealed class MixtureSchedule
{
    private readonly double[] _shares;
    private readonly long[] _counts;
    private long _draws;

    /// <summary>Makes a schedule.</summary>
    /// <param name="weights">A positive weight per source; they need not sum to one.</param>
    public MixtureSchedule(ReadOnlySpan<double> weights)
    {
        if (weights.IsEmpty)
            throw new ArgumentException("No weight was given; at least one is expected.", nameof(weights));
        foreach (var weight in weights)
        {
            if (!(weight > 0 && double.IsFinite(weight)))
                throw new ArgumentException($"A weight is {weight}; a positive number is expected; leave out the rest.", nameof(weights));
        }

        var sum = 0.0;
        foreach (var weight in weights)
            sum += weight;
        _shares = new double[weights.Length];
        _counts = new long[weights.Length];
        for (var i = 0; i < weights.Length; i++)
            _shares[i] = weights[i] / sum;
    }

    /// <summary>Gets how often each source was drawn.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Returns the source that comes next.</summary>
    public int Next()
    {
        _draws++;
        // One source alone has no rival and is owed all.
        var slack = _shares.Length == 1 ? 0 : 1.0 / ((2 * _shares.Length) - 2);
        var (best, nearest) = (-1, double.PositiveInfinity);
        for (var i = 0; i < _shares.Length; i++)
        {
            var owed = (_shares[i] * _draws) - _counts[i];
            var deadline = (1 - slack - owed) / _shares[i];
            if (owed >= slack - Rounding && deadline < nearest)
                (best, nearest) = (i, deadline);
        }

        _counts[best]++;
        return best;
    }

    /// <summary>Goes to a place in the schedule.</summary>
    public void Restore(ReadOnlySpan<long> counts)
    {
        counts.CopyTo(_counts);
        _draws = 0;
        foreach (var count in counts)
            _draws += count;
    }

    // Shares such as 0.1 are not exact; over 2⁴⁰ draws the error stays below this.
    private const double Rounding = 1e-3;
}
