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

    public static double AreaUnderPrecisionRecall(IReadOnlyList<(double Score, bool Label)> rows)
    {
        var positives = (double)rows.Count(row => row.Label);
        var (area, hits, seen, recall, precision) = (0d, 0d, 0d, 0d, double.NaN);
        foreach (var tie in rows.GroupBy(row => row.Score).OrderByDescending(group => group.Key))
        {
            hits += tie.Count(row => row.Label);
            seen += tie.Count();
            var (nextRecall, nextPrecision) = (hits / positives, hits / seen);
            // The first step has no precision before it.
            area += (nextRecall - recall) * (double.IsNaN(precision) ? nextPrecision : (precision + nextPrecision) / 2);
            (recall, precision) = (nextRecall, nextPrecision);
        }

        return area;
    }
}
