using System.Collections.Immutable;

namespace TinyLlm.Trainers.Data;

/// <summary>A stretch of training with a mixture of its own.</summary>
/// <param name="Weights">A weight per source, 0 for one that is left out.</param>
/// <param name="Rows">How many rows it lasts; null for a last phase that does not end.</param>
internal sealed record CurriculumPhase(ImmutableArray<double> Weights, long? Rows = null);
