namespace TinyLlm.Transforms;

/// <summary>
/// What one channel of a window amounts to. Missing values (NaN) are left out; of nothing but missing values every statistic is NaN.
/// </summary>
internal static class SensorStatistics
{
    // Below this share of the signal's power, what is left of a constant is rounding.
    private const double Silence = 1e-12;

    public static double Mean(ReadOnlySpan<double> values)
    {
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
        {
            if (double.IsNaN(value))
                continue;
            sum += value;
            count++;
        }

        return count > 0 ? sum / count : double.NaN;
    }

    public static double Minimum(ReadOnlySpan<double> values)
    {
        var least = double.NaN;
        foreach (var value in values)
            least = value < least || double.IsNaN(least) ? value : least;
        return least;
    }

    public static double Maximum(ReadOnlySpan<double> values)
    {
        var most = double.NaN;
        foreach (var value in values)
            most = value > most || double.IsNaN(most) ? value : most;
        return most;
    }

    /// <summary>Returns the standard deviation of the values themselves, not of what they are a sample of.</summary>
    public static double StandardDeviation(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
        {
            if (double.IsNaN(value))
                continue;
            sum += (value - mean) * (value - mean);
            count++;
        }

        return count > 0 ? Math.Sqrt(sum / count) : double.NaN;
    }

    /// <summary>Returns the slope of the line of least squares, per sample; 0 for one value.</summary>
    public static double Slope(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        var (place, count) = (0.0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
                continue;
            place += i;
            count++;
        }

        if (count == 0)
            return double.NaN;
        place /= count;
        var (along, square) = (0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
                continue;
            along += (i - place) * (values[i] - mean);
            square += (i - place) * (i - place);
        }

        return square > 0 ? along / square : 0;
    }

    /// <summary>
    /// Returns the frequency with the most power, in periods per sample (0 to 0.5), of those that fit the window a whole number of times;
    /// the lowest of equal ones; 0 where nothing swings: for constant values and for fewer than two. Missing values count as the mean.
    /// </summary>
    /// <remarks>Goertzel's algorithm, one pass for each frequency: <see href="https://doi.org/10.2307/2310304"/>.</remarks>
    public static double DominantFrequency(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        if (double.IsNaN(mean))
            return double.NaN;
        var total = 0.0;
        foreach (var value in values)
            total += double.IsNaN(value) ? 0 : value * value;
        var (most, best) = (Silence * total * values.Length, 0);
        for (var k = 1; k <= values.Length / 2; k++)
        {
            var turn = 2 * Math.Cos(2 * Math.PI * k / values.Length);
            var (last, beforeLast) = (0.0, 0.0);
            foreach (var value in values)
                (last, beforeLast) = ((double.IsNaN(value) ? 0 : value - mean) + (turn * last) - beforeLast, last);
            var power = (last * last) + (beforeLast * beforeLast) - (turn * last * beforeLast);
            // A clear step above, so that rounding does not decide between equal ones.
            if (power > most * (1 + 1e-9))
                (most, best) = (power, k);
        }

        return (double)best / Math.Max(1, values.Length);
    }
}
