namespace Microsoft.ML.Data;

/// <summary>Sums up the rows of a multiclass evaluation. Rows with a missing label or a score that is not finite do not count.</summary>
internal sealed class MulticlassEvaluator(int classes)
{
    private const double Epsilon = 1e-15;

    private readonly double[][] _counts = [.. Enumerable.Range(0, classes).Select(_ => new double[classes])];
    private readonly double[] _logLoss = new double[classes];
    private readonly long[] _ranks = new long[classes];
    private double _unknownLogLoss;
    private long _rows;

    /// <summary>Adds a row; <paramref name="label"/> counts from 0, and from the number of classes on is a class that has no score.</summary>
    public void Add(long label, ReadOnlySpan<float> scores)
    {
        if (label < 0 || !AllFinite(scores))
            return;
        _rows++;
        if (label >= classes)
        {
            _unknownLogLoss -= Math.Log(Epsilon);
            return;
        }

        var best = 0;
        var rank = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
            if (scores[i] > scores[(int)label] || (scores[i] == scores[(int)label] && i < label))
                rank++;
        }

        _counts[label][best]++;
        _ranks[rank]++;
        _logLoss[label] -= Math.Log(Math.Clamp(scores[(int)label], Epsilon, 1));
    }

    public MulticlassClassificationMetrics ToMetrics(string[] names, int topK)
    {
        var perClass = _counts.Select(row => row.Sum()).ToArray();
        var present = Enumerable.Range(0, classes).Where(i => perClass[i] > 0).ToArray();
        var logLoss = PerRow(_logLoss.Sum() + _unknownLogLoss);
        var prior = -present.Sum(i => perClass[i] / _rows * Math.Log(perClass[i] / _rows));
        var forAllK = new double[Math.Min(topK, classes)];
        for (var (k, sum) = (0, 0L); k < forAllK.Length; k++)
            forAllK[k] = PerRow(sum += _ranks[k]);
        return new MulticlassClassificationMetrics
        {
            LogLoss = logLoss,
            LogLossReduction = (prior - logLoss) / prior,
            MacroAccuracy = present.Length == 0 ? 0 : present.Average(i => _counts[i][i] / perClass[i]),
            MicroAccuracy = PerRow(present.Sum(i => _counts[i][i])),
            TopKPredictionCount = topK,
            TopKAccuracy = forAllK.LastOrDefault(),
            TopKAccuracyForAllK = topK == 0 ? null : forAllK,
            PerClassLogLoss = [.. _logLoss.Select((loss, i) => perClass[i] > 0 ? loss / perClass[i] : 0)],
            ConfusionMatrix = new ConfusionMatrix(_counts, names),
        };
    }

    private static bool AllFinite(ReadOnlySpan<float> scores)
    {
        foreach (var score in scores)
        {
            if (!float.IsFinite(score))
                return false;
        }

        return true;
    }

    private double PerRow(double sum) => _rows > 0 ? sum / _rows : 0;
}
