using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>How a model is trained.</summary>
/// <remarks>
/// The defaults are those of small GPT models (<see href="https://arxiv.org/abs/2005.14165"/>, appendix B). A run hangs on these options,
/// the model and the data alone: the number of threads and interruptions do not change its result.
/// </remarks>
public sealed record TrainingOptions
{
    /// <summary>Gets the number of weight updates; at least 1. Default: as many as <see cref="Epochs"/> take.</summary>
    public int? Steps { get; init; }

    /// <summary>Gets how often the data are gone through where <see cref="Steps"/> is not set; at least 1. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Gets the number of rows B that are computed at once; memory grows with it. At least 1. Default 8.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Gets the number of tokens T in a row, at most the model's context; at least 1. Default 256.</summary>
    public int SequenceLength { get; init; } = 256;

    /// <summary>Gets how many batches make one update, as if they were one large batch; at least 1. Default 1.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Gets the highest learning rate; positive. Default 6e-4.</summary>
    public double LearningRate { get; init; } = 6e-4;

    /// <summary>Gets the learning rate of the last step; from 0 to <see cref="LearningRate"/>. Default: a tenth of that.</summary>
    public double? MinimumLearningRate { get; init; }

    /// <summary>Gets over how many steps the learning rate rises; 0 or more. Default: a tenth of the steps, at most 100.</summary>
    public int? WarmupSteps { get; init; }

    /// <summary>Gets how the learning rate falls after the warm-up. Default <see cref="LearningRateSchedule.Cosine"/>.</summary>
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>Gets AdamW's β₁; from 0 to below 1. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Gets AdamW's β₂; from 0 to below 1. Default 0.95.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Gets AdamW's ε; positive. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Gets the decay of matrices, as a share of the learning rate; biases and norms never decay. 0 or more. Default 0.1.
    /// </summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>
    /// Gets the norm that all gradients together are scaled down to where they exceed it; positive, null for no limit. Default 1.
    /// </summary>
    public double? ClipNorm { get; init; } = 1;

    /// <summary>Gets the share of activations that are dropped at random in training; from 0 to below 1. Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Gets whether activations are computed again on the way back instead of being kept: less memory, a third more time. Default false.
    /// </summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>
    /// Gets what frozen matrices and activations are kept in; <see cref="TrainingPrecision.BFloat16"/> halves their memory and gains no
    /// time. Default <see cref="TrainingPrecision.Single"/>.
    /// </summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>Gets the seed of every random choice. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Gets after how many steps the validation loss is measured, where there are validation data; at least 1, null for never. Default 100.
    /// </summary>
    public int? EvaluateEvery { get; init; } = 100;

    /// <summary>
    /// Gets how many evaluations in a row may bring no better validation loss before training stops; at least 1. The weights of the best
    /// one are given back then, and at the regular end too. Null trains to the end and keeps the last weights. Default null.
    /// </summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>
    /// Gets after how many steps a checkpoint is written; at least 1, null for only at the end and on cancellation. Default 1,000.
    /// </summary>
    public int? CheckpointEvery { get; init; } = 1000;

    /// <summary>Gets the folder that checkpoints are written to; null for none. Default null.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>
    /// Gets whether a run goes on from the checkpoint in <see cref="CheckpointFolder"/> where there is one, with the result of an
    /// uninterrupted run to the last bit. Otherwise that checkpoint is replaced by the first of the new run. Default true.
    /// </summary>
    public bool Resume { get; init; } = true;

    /// <summary>Gets the number of threads; at least 1. Default: one per processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Gets what is told of every step. Default: nobody.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Gets what ends the run early: after the step in hand a checkpoint is written, where there is a folder for it, and
    /// <see cref="OperationCanceledException"/> is thrown. Default: nothing.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(TrainingOptions),
        AtLeastOne(nameof(Steps), Steps),
        AtLeastOne(nameof(Epochs), Epochs),
        AtLeastOne(nameof(BatchSize), BatchSize),
        AtLeastOne(nameof(SequenceLength), SequenceLength),
        AtLeastOne(nameof(GradientAccumulation), GradientAccumulation),
        (IsPositive(LearningRate), $"{nameof(LearningRate)} is {LearningRate}; a positive number is expected"),
        (MinimumLearningRate is null || (MinimumLearningRate >= 0 && MinimumLearningRate <= LearningRate),
            $"{nameof(MinimumLearningRate)} is {MinimumLearningRate}; 0 to {nameof(LearningRate)} is expected"),
        (WarmupSteps is null or >= 0, $"{nameof(WarmupSteps)} is {WarmupSteps}; 0 or more is expected"),
        (Enum.IsDefined(Schedule),
            $"{nameof(Schedule)} is {Schedule}; one of {string.Join(", ", Enum.GetNames<LearningRateSchedule>())} is expected"),
        (Beta1 is >= 0 and < 1, $"{nameof(Beta1)} is {Beta1}; a number from 0 to below 1 is expected"),
        (Beta2 is >= 0 and < 1, $"{nameof(Beta2)} is {Beta2}; a number from 0 to below 1 is expected"),
        (IsPositive(Epsilon), $"{nameof(Epsilon)} is {Epsilon}; a positive number is expected"),
        (WeightDecay == 0 || IsPositive(WeightDecay), $"{nameof(WeightDecay)} is {WeightDecay}; 0 or more is expected"),
        (ClipNorm is null || IsPositive(ClipNorm.Value), $"{nameof(ClipNorm)} is {ClipNorm}; a positive number or null is expected"),
        (Dropout is >= 0 and < 1, $"{nameof(Dropout)} is {Dropout}; a number from 0 to below 1 is expected"),
        (Enum.IsDefined(Precision),
            $"{nameof(Precision)} is {Precision}; one of {string.Join(", ", Enum.GetNames<TrainingPrecision>())} is expected"),
        AtLeastOne(nameof(EvaluateEvery), EvaluateEvery),
        AtLeastOne(nameof(EarlyStoppingPatience), EarlyStoppingPatience),
        (EarlyStoppingPatience is null || EvaluateEvery is not null,
            $"{nameof(EarlyStoppingPatience)} is set, and {nameof(EvaluateEvery)} is not"),
        AtLeastOne(nameof(CheckpointEvery), CheckpointEvery),
        (CheckpointFolder is null || CheckpointFolder.Trim().Length > 0,
            $"{nameof(CheckpointFolder)} is empty; a folder or null is expected"),
        AtLeastOne(nameof(Threads), Threads));

    /// <summary>Throws where no checkpoint can be written, before there is one.</summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    internal void CheckOutput()
    {
        if (CheckpointFolder is { } folder)
            AtomicFile.Check(Path.Combine(folder, Training.CheckpointFolder.Name));
    }

    /// <summary>Throws where a row is longer than the model's context, in words of these options.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    internal void CheckLength(ModelArchitecture architecture)
    {
        if (SequenceLength > architecture.ContextLength)
        {
            throw new ArgumentException(
                $"{nameof(SequenceLength)} is {SequenceLength}, and the model's context has {architecture.ContextLength} tokens: "
                + $"shorten {nameof(SequenceLength)}, or give a new model a larger {nameof(architecture.ContextLength)}.");
        }
    }

    private static (bool IsMet, string Problem) AtLeastOne(string name, int? value) =>
        (value is null or >= 1, $"{name} is {value}; at least 1 is expected");

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);
}
