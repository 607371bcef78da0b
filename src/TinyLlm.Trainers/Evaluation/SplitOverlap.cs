using System.Collections.Immutable;

namespace TinyLlm.Trainers;

/// <summary>How many test rows stand among the training rows, too.</summary>
/// <param name="Duplicates">The test rows that do.</param>
/// <param name="Count">All test rows.</param>
/// <param name="Examples">Some of the rows, each once.</param>
public sealed record SplitOverlap(int Duplicates, int Count, ImmutableArray<string> Examples);
