using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class BinaryClassificationCatalog
{
    /// <summary>Evaluates scored data whose scores are no probabilities; rows whose score is NaN do not count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or one of the classes does not occur.</exception>
    public BinaryClassificationMetrics EvaluateNonCalibrated(
        IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(data);
        var label = ScoredColumns.Find(data, labelColumnName, "label", nameof(labelColumnName));
        var score = ScoredColumns.Find(data, scoreColumnName, "score", nameof(scoreColumnName));
        var predicted = ScoredColumns.Find(data, predictedLabelColumnName, "predicted label", nameof(predictedLabelColumnName));
        if (label.Type is not BooleanDataViewType && label.Type != NumberDataViewType.Single)
            throw SchemaErrors.Mismatch(nameof(labelColumnName), "label", label.Name, "Boolean or Single", label.Type.ToString());
        if (score.Type != NumberDataViewType.Single)
            throw SchemaErrors.Mismatch(nameof(scoreColumnName), "score", score.Name, "Single", score.Type.ToString());
        if (predicted.Type is not BooleanDataViewType)
            throw SchemaErrors.Mismatch(nameof(predictedLabelColumnName), "predicted label", predicted.Name, "Boolean", predicted.Type.ToString());

        using var cursor = data.GetRowCursor([label, score, predicted]);
        var labels = label.Type is BooleanDataViewType
            ? ScoredColumns.Reader<bool, bool>(cursor, label, value => value)
            : ScoredColumns.Reader<float, bool>(cursor, label, value => value > 0);
        var scores = ScoredColumns.Reader<float, double>(cursor, score, value => value);
        var predictions = ScoredColumns.Reader<bool, bool>(cursor, predicted, value => value);
        var rows = new List<(double Score, bool Label)>();
        double[][] counts = [new double[2], new double[2]];
        while (cursor.MoveNext())
        {
            var row = (Score: scores(), Label: labels());
            if (double.IsNaN(row.Score))
                continue;
            rows.Add(row);
            counts[row.Label ? 0 : 1][predictions() ? 0 : 1]++;
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
}
