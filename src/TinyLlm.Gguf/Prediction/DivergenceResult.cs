namespace TinyLlm.Gguf;

/// <summary>
/// How far a model's next-token distributions are from those of a reference, such as a quantized form's from the unquantized one's.
/// </summary>
/// <remarks>
/// The measures are those of <c>llama-perplexity --kl-divergence</c> (<c>tools/perplexity/perplexity.cpp</c> of llama.cpp), but over every
/// token save the first of each text, where that tool takes the second halves of windows and keeps the reference in 16 bits.
/// </remarks>
/// <param name="TokenCount">The number of tokens that were foreseen.</param>
/// <param name="ReferenceNatsPerToken">The reference's mean negative log-likelihood, in nats per token.</param>
/// <param name="NatsPerToken">The model's mean negative log-likelihood, in nats per token.</param>
/// <param name="Mean">
/// The mean Kullback–Leibler divergence of the model's distribution from the reference's, in nats per token; 0 where they are the same.
/// </param>
/// <param name="StandardError">The standard error of the mean, as if tokens were drawn one by one; 0 for a single one.</param>
/// <param name="Percentile99">The divergence that 99 of 100 tokens do not exceed, in nats.</param>
/// <param name="Largest">The largest divergence, in nats.</param>
/// <param name="SameTopShare">The share of tokens, from 0 to 1, for which both models find the same one the most probable.</param>
public sealed record DivergenceResult(
    int TokenCount,
    double ReferenceNatsPerToken,
    double NatsPerToken,
    double Mean,
    double StandardError,
    double Percentile99,
    double Largest,
    double SameTopShare)
{
    /// <summary>Gets e to the power of <see cref="ReferenceNatsPerToken"/>.</summary>
    public double ReferencePerplexity => Math.Exp(ReferenceNatsPerToken);

    /// <summary>Gets e to the power of <see cref="NatsPerToken"/>.</summary>
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary>Sums up what was found at each token; at least one.</summary>
    internal static DivergenceResult Of(IReadOnlyList<TokenDivergence> tokens)
    {
        var divergences = tokens.Select(token => token.Divergence).Order().ToArray();
        var (count, mean) = (divergences.Length, divergences.Average());
        var squares = divergences.Sum(divergence => (divergence - mean) * (divergence - mean));
        return new DivergenceResult(
            count,
            -tokens.Average(token => token.ReferenceLogProbability),
            -tokens.Average(token => token.LogProbability),
            mean,
            count > 1 ? Math.Sqrt(squares / (count - 1) / count) : 0,
            Percentile(divergences, 0.99),
            divergences[^1],
            (double)tokens.Count(token => token.IsSameTop) / count);
    }

    // Between two values, the line from one to the other.
    private static double Percentile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var lower = (int)place;
        var upper = Math.Min(lower + 1, sorted.Length - 1);
        return sorted[lower] + ((place - lower) * (sorted[upper] - sorted[lower]));
    }
}
