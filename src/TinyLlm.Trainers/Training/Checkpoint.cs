using System.Collections.Immutable;
using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Training;

/// <summary>All that a run needs to go on as if it had not been interrupted.</summary>
/// <param name="Step">The steps that are done.</param>
/// <param name="Source">The place in the stream of rows.</param>
/// <param name="Settings">What decides the run's result, by name.</param>
/// <param name="Points">What each step came to.</param>
/// <param name="Tensors">Weights, both moments and the best weights of what is trained.</param>
/// <remarks>Random choices hang on the seed and the step, so there is no further random state.</remarks>
internal sealed record Checkpoint(
    int Step,
    ImmutableArray<long> Source,
    ImmutableArray<(string Name, string Value)> Settings,
    ImmutableArray<TrainingPoint> Points,
    ImmutableArray<ModelTensor> Tensors);
