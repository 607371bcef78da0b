using System.Collections.Immutable;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

/// <summary>The course of a training run, one point per step, interruptions left out.</summary>
[TypeFormatterSource(typeof(NotebookFormatterSource))]
public sealed partial class TrainingHistory
{
    internal TrainingHistory(ImmutableArray<TrainingPoint> points, bool stoppedEarly, double? tokensPerSecond = null) =>
        (Points, StoppedEarly, TokensPerSecond) = (points, stoppedEarly, tokensPerSecond);

    /// <summary>Gets the steps, from the first on.</summary>
    public ImmutableArray<TrainingPoint> Points { get; }

    /// <summary>Gets whether training ended because the validation loss had stopped falling.</summary>
    public bool StoppedEarly { get; }

    /// <summary>
    /// Gets the speed of the steps that were taken, in tokens per second; null where none was, or where the history was loaded: what is
    /// saved is the same however fast the machine.
    /// </summary>
    public double? TokensPerSecond { get; }

    /// <summary>Gets the step with the lowest validation loss; null where none was measured.</summary>
    public TrainingPoint? Best =>
        Points.Where(point => point.ValidationLoss is not null).Cast<TrainingPoint?>().MinBy(point => point!.Value.ValidationLoss);
}
