namespace Microsoft.ML.Data;

/// <summary>How well classes are predicted.</summary>
public sealed class MulticlassClassificationMetrics
{
    internal MulticlassClassificationMetrics()
    {
    }

    /// <summary>Gets the mean negative natural logarithm of the true class's probability, which counts as at least 1e-15.</summary>
    public double LogLoss { get; internal init; }

    /// <summary>Gets by which share the log-loss is below that of always predicting the classes' frequencies.</summary>
    public double LogLossReduction { get; internal init; }

    /// <summary>Gets the mean of the recall of the classes that occur.</summary>
    public double MacroAccuracy { get; internal init; }

    /// <summary>Gets the share of rows whose class has the highest score.</summary>
    public double MicroAccuracy { get; internal init; }

    /// <summary>Gets the share of rows whose class is among the <see cref="TopKPredictionCount"/> highest scores; 0 where that is 0.</summary>
    public double TopKAccuracy { get; internal init; }

    public int TopKPredictionCount { get; internal init; }

    /// <summary>Gets the top-k accuracy for every k from 1 to <see cref="TopKPredictionCount"/>; null where that is 0.</summary>
    public IReadOnlyList<double> TopKAccuracyForAllK { get; internal init; }

    /// <summary>Gets the log-loss of each class's rows; 0 for a class that does not occur.</summary>
    public IReadOnlyList<double> PerClassLogLoss { get; internal init; }

    public ConfusionMatrix ConfusionMatrix { get; internal init; }
}
