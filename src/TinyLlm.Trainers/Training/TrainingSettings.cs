using System.Collections.Immutable;
using System.Globalization;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Training;

/// <summary>What decides a run's result, as names and values that two runs can be compared by.</summary>
internal static class TrainingSettings
{
    /// <summary>Lists the settings. Threads, progress and where checkpoints go are not among them.</summary>
    public static ImmutableArray<(string Name, string Value)> List(
        TrainingOptions options, int steps, LearningRateCurve curve, string model, string data, string? validation) =>
    [
        ("Model", model),
        ("Data", data),
        ("ValidationData", Text(validation)),
        ("Steps", Text(steps)),
        (nameof(options.BatchSize), Text(options.BatchSize)),
        (nameof(options.SequenceLength), Text(options.SequenceLength)),
        (nameof(options.GradientAccumulation), Text(options.GradientAccumulation)),
        (nameof(options.LearningRate), Text(options.LearningRate)),
        (nameof(options.MinimumLearningRate), Text(curve.Minimum)),
        (nameof(options.WarmupSteps), Text(curve.WarmupSteps)),
        (nameof(options.Schedule), options.Schedule.ToString()),
        (nameof(options.Beta1), Text(options.Beta1)),
        (nameof(options.Beta2), Text(options.Beta2)),
        (nameof(options.Epsilon), Text(options.Epsilon)),
        (nameof(options.WeightDecay), Text(options.WeightDecay)),
        (nameof(options.ClipNorm), Text(options.ClipNorm)),
        (nameof(options.Dropout), Text(options.Dropout)),
        (nameof(options.Precision), options.Precision.ToString()),
        (nameof(options.Seed), Text(options.Seed)),
        (nameof(options.EvaluateEvery), Text(validation is null ? null : options.EvaluateEvery)),
        (nameof(options.EarlyStoppingPatience), Text(options.EarlyStoppingPatience)),
    ];

    /// <summary>Throws where a checkpoint is of another run; the message lists all that differs.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    public static void Compare(Checkpoint found, ImmutableArray<(string Name, string Value)> settings, ImmutableArray<Parameter> trained)
    {
        var values = found.Settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);
        var shapes = found.Tensors.ToDictionary(tensor => tensor.Name, tensor => Shape(tensor.Shape), StringComparer.Ordinal);
        List<string> differences = [];
        foreach (var (name, here) in settings)
            Compare(name, values.GetValueOrDefault(name, "unknown"), here);
        foreach (var parameter in trained)
            Compare($"'{parameter.Name}'", shapes.GetValueOrDefault(parameter.Name, "missing"), Shape(parameter.Shape));
        if (differences.Count > 0)
        {
            throw new InvalidOperationException(
                $"The checkpoint is of another run: {string.Join("; ", differences)}. "
                + "Take the settings it was made with, choose another CheckpointFolder, or set Resume to false to replace it.");
        }

        void Compare(string name, string there, string here)
        {
            if (there != here)
                differences.Add($"{name} is {there} there and {here} here");
        }
    }

    private static string Text<T>(T value) =>
        value is null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string Shape(ImmutableArray<long> shape) => $"[{string.Join(", ", shape)}]";
}
