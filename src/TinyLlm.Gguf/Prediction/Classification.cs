using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>Which label a model would write behind a prompt.</summary>
/// <param name="Label">The most probable label; <see langword="null"/> where its probability is below
/// <see cref="ClassificationOptions.AbstainBelow"/>.</param>
/// <param name="Index">The index of the most probable label, whether or not the model abstains.</param>
/// <param name="Probabilities">The labels' probabilities among each other; their sum is 1.</param>
/// <param name="LogLikelihoods">The natural logarithm of the probability of each label's text, in nats; not normalized.</param>
public sealed record Classification(string? Label, int Index, ImmutableArray<double> Probabilities, ImmutableArray<double> LogLikelihoods);
