using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class RegressionCatalog
{
    /// <summary>Evaluates scored data; rows whose label or score is NaN do not count, and of no rows all metrics are 0.</summary>
    public RegressionMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(data);
        var label = ScoredColumns.Find(data, labelColumnName, "label", nameof(labelColumnName));
        var score = ScoredColumns.Find(data, scoreColumnName, "score", nameof(scoreColumnName));
        CheckSingle(label, "label", nameof(labelColumnName));
        CheckSingle(score, "score", nameof(scoreColumnName));
        using var cursor = data.GetRowCursor([label, score]);
        var labels = ScoredColumns.Reader<float, double>(cursor, label, value => value);
        var scores = ScoredColumns.Reader<float, double>(cursor, score, value => value);
        var (count, absolute, squared, sum, squares) = (0L, 0d, 0d, 0d, 0d);
        while (cursor.MoveNext())
        {
            var (truth, predicted) = (labels(), scores());
            if (double.IsNaN(truth) || double.IsNaN(predicted))
                continue;
            count++;
            absolute += Math.Abs(truth - predicted);
            squared += (truth - predicted) * (truth - predicted);
            sum += truth;
            squares += truth * truth;
        }

        if (count == 0)
            return new RegressionMetrics();
        return new RegressionMetrics
        {
            MeanAbsoluteError = absolute / count,
            MeanSquaredError = squared / count,
            RootMeanSquaredError = Math.Sqrt(squared / count),
            LossFunction = squared / count,
            RSquared = 1 - (squared / (squares - (sum * sum / count))),
        };
    }

    private static void CheckSingle(DataViewSchema.Column column, string role, string argument)
    {
        if (column.Type != NumberDataViewType.Single)
            throw SchemaErrors.Mismatch(argument, role, column.Name, "Single", column.Type.ToString());
    }
}
