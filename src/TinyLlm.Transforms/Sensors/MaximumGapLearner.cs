using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms;

/// <summary>Learns from the first rows which step in time is a gap: more than one and a half times the median step within groups.</summary>
internal sealed class MaximumGapLearner : IRunEnds<object>
{
    /// <summary>A row that is missing makes a step of two, which is more than times that were rounded make of one.</summary>
    public const double Steps = 1.5;

    /// <summary>How many rows are read at most.</summary>
    public const int Rows = 100_000;

    private readonly Dictionary<object, double> _times = [];

    /// <summary>Returns the longest step in time that is no gap.</summary>
    /// <exception cref="InvalidOperationException">No group has a step in time.</exception>
    public static double Learn(IHostEnvironment environment, IDataView input, SensorWindowColumns columns)
    {
        using var reader = new SensorRowReader(input, columns);
        var (learner, steps, row) = (new MaximumGapLearner(), new List<double>(), 0);
        for (; row < Rows && reader.TryRead(learner, out var read); row++)
        {
            // Times that are equal, as those of coarse clocks, tell nothing of the distance.
            if (learner._times.TryGetValue(read.Group, out var before) && read.Time > before && double.IsFinite(read.Time))
                steps.Add(read.Time - before);
            learner._times[read.Group] = read.Time;
        }

        if (row == 0)
            throw new InvalidOperationException(
                $"{SensorWindowingEstimator.Stage} learns from '{columns.Time!.Value.Name}' which step in time is a gap, and there are no rows: "
                + "a filter or a split may have left none. A split by a column of few values needs clearly more values than parts.");
        if (steps.Count == 0)
            throw new InvalidOperationException(
                $"{SensorWindowingEstimator.Stage} learns from '{columns.Time!.Value.Name}' which step in time is a gap, and no group has "
                + $"two rows with rising times: fit on recorded rows, or set {nameof(SensorWindowOptions)}."
                + $"{nameof(SensorWindowOptions.MaximumGap)}.");
        steps.Sort();
        var gap = Steps * steps[(steps.Count - 1) / 2];
        using var channel = environment.Register(SensorWindowingEstimator.Stage).Start("Fitting");
        channel.Info(MessageSensitivity.None, string.Create(
            CultureInfo.InvariantCulture,
            $"A step in time of more than {gap:G6} is a gap: {Steps} times the median of {steps.Count:N0}."));
        return gap;
    }

    /// <inheritdoc/>
    public void End(object group, RunEnd cause) => _times.Remove(group);

    /// <inheritdoc/>
    public void EndAll(RunEnd cause) => _times.Clear();
}
