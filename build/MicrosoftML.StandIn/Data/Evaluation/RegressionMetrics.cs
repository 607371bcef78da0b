namespace Microsoft.ML.Data;

/// <summary>How well numbers are predicted.</summary>
public sealed class RegressionMetrics
{
    internal RegressionMetrics()
    {
    }

    public double MeanAbsoluteError { get; internal init; }

    public double MeanSquaredError { get; internal init; }

    public double RootMeanSquaredError { get; internal init; }

    /// <summary>Gets the mean of the loss function, which is the squared loss.</summary>
    public double LossFunction { get; internal init; }

    /// <summary>Gets 1 − (sum of squared errors) / (sum of squares about the mean).</summary>
    public double RSquared { get; internal init; }
}
