namespace Microsoft.ML.Data;

/// <summary>How well yes and no are predicted.</summary>
public class BinaryClassificationMetrics
{
    internal BinaryClassificationMetrics()
    {
    }

    public double AreaUnderRocCurve { get; internal init; }

    public double Accuracy { get; internal init; }

    public double PositivePrecision { get; internal init; }

    public double PositiveRecall { get; internal init; }

    public double NegativePrecision { get; internal init; }

    public double NegativeRecall { get; internal init; }

    public double F1Score { get; internal init; }

    /// <summary>Gets the area under the precision-recall curve by the lower trapezoid estimator (Boyd et al. 2013).</summary>
    public double AreaUnderPrecisionRecallCurve { get; internal init; }

    /// <summary>Gets the counts; class 0 is positive, class 1 negative.</summary>
    public ConfusionMatrix ConfusionMatrix { get; internal init; }
}
