using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class MulticlassClassificationCatalog
{
    /// <summary>Evaluates scored data.</summary>
    /// <param name="data">Rows with label, scores and predicted label.</param>
    /// <param name="labelColumnName">The true class, a key.</param>
    /// <param name="scoreColumnName">A vector of one probability for each class.</param>
    /// <param name="predictedLabelColumnName">The predicted class, a key.</param>
    /// <param name="topKPredictionCount">The k of the top-k accuracy; 0 for none.</param>
    public MulticlassClassificationMetrics Evaluate(
        IDataView data,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel",
        int topKPredictionCount = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(topKPredictionCount);
        var label = ScoredColumns.Find(data, labelColumnName, "label", nameof(labelColumnName));
        var score = ScoredColumns.Find(data, scoreColumnName, "score", nameof(scoreColumnName));
        ScoredColumns.Find(data, predictedLabelColumnName, "predicted label", nameof(predictedLabelColumnName));
        if (score.Type is not VectorDataViewType { Size: >= 2, ItemType: NumberDataViewType item } scores || item != NumberDataViewType.Single)
            throw SchemaErrors.Mismatch(nameof(scoreColumnName), "score", score.Name, "a vector of two or more Single of known size", score.Type.ToString());
        if (label.Type is not KeyDataViewType && label.Type != NumberDataViewType.Single)
            throw SchemaErrors.Mismatch(nameof(labelColumnName), "label", label.Name, "a key or Single", label.Type.ToString());

        using var cursor = data.GetRowCursor([label, score]);
        var labels = ScoredColumns.ClassReader(cursor, label);
        var getter = cursor.GetGetter<VBuffer<float>>(score);
        var evaluator = new MulticlassEvaluator(scores.Size);
        VBuffer<float> row = default;
        VBuffer<float> dense = default;
        while (cursor.MoveNext())
        {
            getter(ref row);
            row.CopyToDense(ref dense);
            evaluator.Add(labels(), dense.GetValues());
        }

        return evaluator.ToMetrics(ScoredColumns.ClassNames(score, scores.Size), topKPredictionCount);
    }
}
