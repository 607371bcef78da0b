namespace Microsoft.ML.Data;

/// <summary>The areas under the curves of a binary classification.</summary>
internal static class BinaryCurves
{
    /// <summary>Returns the probability that a positive row scores above a negative one; ties count half.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no positive rows, or no negative ones.</exception>
    public static double AreaUnderRoc(IReadOnlyList<(double Score, bool Label)> rows)
    {
        var positives = (double)rows.Count(row => row.Label);
        var negatives = rows.Count - positives;
        if (positives == 0)
            throw new ArgumentOutOfRangeException(nameof(rows), "AUC is not defined when there is no positive class in the data");
        if (negatives == 0)
            throw new ArgumentOutOfRangeException(nameof(rows), "AUC is not defined when there is no negative class in the data");
        var (area, above) = (0d, 0d);
        foreach (var tie in rows.GroupBy(row => row.Score).OrderByDescending(group => group.Key))
        {
            var (hits, misses) = ((double)tie.Count(row => row.Label), (double)tie.Count(row => !row.Label));
            area += misses * (above + (hits / 2));
            above += hits;
        }

        return area / (positives * negatives);
    }

    /// <summary>Returns the area by the lower trapezoid estimator, which takes the rows one by one, those of one score in their order.</summary>
    public static double AreaUnderPrecisionRecall(IReadOnlyList<(double Score, bool Label)> rows)
    {
        var positives = (double)rows.Count(row => row.Label);
        var (area, hits, seen, precision) = (0d, 0d, 0d, 1d);
        foreach (var row in rows.OrderByDescending(row => row.Score))
        {
            seen++;
            hits += row.Label ? 1 : 0;
            if (row.Label)
                area += (precision + (hits / seen)) / 2 / positives;
            precision = hits / seen;
        }

        return area;
    }
}
