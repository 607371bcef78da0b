using System.Collections.Immutable;

namespace TinyLlm.Trainers;

public sealed partial class ClassificationEvaluation
{
    /// <summary>
    /// Gets the mean of the classes' recall, of those that have rows: what always the same answer gets is one divided by their number.
    /// </summary>
    public double BalancedAccuracy => Classes.Where(c => c.Count > 0).Select(c => c.Recall).DefaultIfEmpty().Average();

    private ImmutableArray<double>? RowProbabilities { get; init; }

    /// <summary>Returns the rows of each range of probabilities that has some; none where there are no probabilities.</summary>
    internal IEnumerable<ReliabilityBin> Reliability() =>
        from row in Given()
        group row by Math.Min((int)(row.Probability * CalibrationBins.Count), CalibrationBins.Count - 1) into bin
        orderby bin.Key
        select new ReliabilityBin(
            (double)bin.Key / CalibrationBins.Count,
            (double)(bin.Key + 1) / CalibrationBins.Count,
            bin.Average(row => row.Probability),
            new Proportion(bin.Count(row => row.Actual == row.Predicted), bin.Count()));

    /// <summary>Returns the rows that were given a wrong label, the most probable first; none where there are no probabilities.</summary>
    internal IEnumerable<Mistake> Mistakes() =>
        Given().Where(row => row.Actual != row.Predicted).OrderByDescending(row => row.Probability);

    /// <summary>Returns at most some rows of a class, evenly spread.</summary>
    internal IEnumerable<int> RowsOf(int actual, int most)
    {
        var rows = _rows.Index().Where(row => row.Item.Actual == actual).Select(row => row.Index).ToArray();
        var count = Math.Min(most, rows.Length);
        return Enumerable.Range(0, count).Select(i => rows[(int)(((2L * i) + 1) * rows.Length / (2 * count))]);
    }

    private IEnumerable<Mistake> Given() => RowProbabilities is not { } probabilities
        ? []
        : _rows.Index().Where(row => row.Item.Predicted is not null)
            .Select(row => new Mistake(row.Index, row.Item.Actual, row.Item.Predicted!.Value, probabilities[row.Index]));
}
