using System.Collections.Immutable;

namespace TinyLlm.Transforms;

/// <summary>A part of a curriculum: how many characters, and from which sources in which ratio.</summary>
/// <param name="Characters">The characters of the phase; <see langword="null"/> for as many as there are.</param>
/// <param name="Weights">A weight for each source, 0 or more; only their ratio counts.</param>
public sealed record CorpusPhase(long? Characters, ImmutableArray<double> Weights);
