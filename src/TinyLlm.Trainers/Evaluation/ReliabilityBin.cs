namespace TinyLlm.Trainers;

/// <summary>The rows whose label was given with a probability of one range.</summary>
/// <param name="Lower">Where the range begins.</param>
/// <param name="Upper">Where it ends.</param>
/// <param name="MeanProbability">The mean probability of these rows' labels.</param>
/// <param name="Right">How many of them were right, of how many.</param>
internal readonly record struct ReliabilityBin(double Lower, double Upper, double MeanProbability, Proportion Right);
