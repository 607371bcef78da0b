using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class BinaryClassificationCatalog
{
    /// <summary>Evaluates scored data whose scores are no probabilities; rows whose score is not finite or whose label is missing do not count.</summary>
    /// <remarks>What is predicted is the sign of the score; the column of the predicted label must exist, and its values are not read.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or one of the classes does not occur.</exception>
    public BinaryClassificationMetrics EvaluateNonCalibrated(
        IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(data);
        var label = ScoredColumns.Find(data, labelColumnName, "label", nameof(labelColumnName));
        var score = ScoredColumns.Find(data, scoreColumnName, "score", nameof(scoreColumnName));
        ScoredColumns.Find(data, predictedLabelColumnName, "predicted label", nameof(predictedLabelColumnName));
        if (label.Type is not BooleanDataViewType and not KeyDataViewType { Count: 2 }
            && label.Type != NumberDataViewType.Single && label.Type != NumberDataViewType.Double)
            throw SchemaErrors.Mismatch(nameof(labelColumnName), "label", label.Name, "Boolean, Single, Double or a key of 2 values", label.Type.ToString());
        if (score.Type != NumberDataViewType.Single)
            throw SchemaErrors.Mismatch(nameof(scoreColumnName), "score", score.Name, "Single", score.Type.ToString());

        using var cursor = data.GetRowCursor([label, score]);
        var labels = Labels(cursor, label);
        var scores = ScoredColumns.Reader<float, double>(cursor, score, value => value);
        var rows = new List<(double Score, bool Label)>();
        double[][] counts = [new double[2], new double[2]];
        while (cursor.MoveNext())
        {
            var (value, truth) = (scores(), labels());
            if (!double.IsFinite(value) || double.IsNaN(truth))
                continue;
            rows.Add((value, truth > 0));
            counts[truth > 0 ? 0 : 1][value > 0 ? 0 : 1]++;
        }

        var matrix = new ConfusionMatrix(counts, ["positive", "negative"]);
        var (precision, recall) = (matrix.PerClassPrecision[0], matrix.PerClassRecall[0]);
        return new BinaryClassificationMetrics
        {
            AreaUnderRocCurve = BinaryCurves.AreaUnderRoc(rows),
            AreaUnderPrecisionRecallCurve = BinaryCurves.AreaUnderPrecisionRecall(rows),
            Accuracy = (counts[0][0] + counts[1][1]) / rows.Count,
            PositivePrecision = precision,
            PositiveRecall = recall,
            NegativePrecision = matrix.PerClassPrecision[1],
            NegativeRecall = matrix.PerClassRecall[1],
            F1Score = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : double.NaN,
            ConfusionMatrix = matrix,
        };
    }

    // The label as a number, which is positive for the positive class and NaN where it is missing.
    private static Func<double> Labels(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type is BooleanDataViewType)
            return ScoredColumns.Reader<bool, double>(row, label, value => value ? 1 : 0);
        if (label.Type == NumberDataViewType.Single)
            return ScoredColumns.Reader<float, double>(row, label, value => value);
        if (label.Type == NumberDataViewType.Double)
            return ScoredColumns.Reader<double, double>(row, label, value => value);
        var key = ScoredColumns.ClassReader(row, label);
        return () => key() is var index and >= 0 ? index : double.NaN;
    }
}
