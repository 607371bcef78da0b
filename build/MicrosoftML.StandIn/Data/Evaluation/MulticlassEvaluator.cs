namespace Microsoft.ML.Data;

/// <summary>Sums up the rows of a multiclass evaluation. Rows with a missing label or a score that is NaN do not count.</summary>
internal sealed class MulticlassEvaluator(int classes)
{
    private const double Epsilon = 1e-15;

    private readonly double[][] _counts = [.. Enumerable.Range(0, classes).Select(_ => new double[classes])];
    private readonly double[] _logLoss = new double[classes];
    private readonly long[] _ranks = new long[classes];
    private long _rows;

    /// <summary>Adds a row; <paramref name="label"/> counts from 0.</summary>
    public void Add(long label, ReadOnlySpan<float> scores)
    {
        if (label < 0 || HasNaN(scores))
            return;
        if (label >= classes)
            throw new ArgumentOutOfRangeException(nameof(label), $"The label's key is {label + 1}, and there are {classes} classes.");
        _rows++;
        var best = 0;
        var rank = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
            if (label < scores.Length && (scores[i] > scores[(int)label] || (scores[i] == scores[(int)label] && i < label)))
                rank++;
        }

        _counts[label][best]++;
        _ranks[label < scores.Length ? rank : classes - 1]++;
        _logLoss[label] -= Math.Log(label < scores.Length ? Math.Clamp(scores[(int)label], Epsilon, 1) : Epsilon);
    }

    private static bool HasNaN(ReadOnlySpan<float> scores)
    {
        foreach (var score in scores)
        {
            if (float.IsNaN(score))
                return true;
        }

        return false;
    }

    public MulticlassClassificationMetrics ToMetrics(string[] names, int topK)
    {
        var perClass = _counts.Select(row => row.Sum()).ToArray();
        var present = Enumerable.Range(0, classes).Where(i => perClass[i] > 0).ToArray();
        var logLoss = _logLoss.Sum() / _rows;
        var prior = -present.Sum(i => perClass[i] / _rows * Math.Log(perClass[i] / _rows));
        var forAllK = new double[classes];
        for (var (k, sum) = (0, 0L); k < classes; k++)
            forAllK[k] = (double)(sum += _ranks[k]) / _rows;
        return new MulticlassClassificationMetrics
        {
            LogLoss = logLoss,
            LogLossReduction = (prior - logLoss) / prior,
            MacroAccuracy = present.Average(i => _counts[i][i] / perClass[i]),
            MicroAccuracy = present.Sum(i => _counts[i][i]) / _rows,
            TopKPredictionCount = topK,
            TopKAccuracy = topK == 0 ? 0 : forAllK[Math.Min(topK, classes) - 1],
            TopKAccuracyForAllK = forAllK,
            PerClassLogLoss = [.. _logLoss.Select((loss, i) => loss / perClass[i])],
            ConfusionMatrix = new ConfusionMatrix(_counts, names),
        };
    }
}
