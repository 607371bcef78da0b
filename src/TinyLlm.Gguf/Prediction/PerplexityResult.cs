namespace TinyLlm.Gguf;

/// <summary>How well a model foresees a text.</summary>
/// <param name="TokenCount">The number of tokens that were foreseen.</param>
/// <param name="ByteCount">
/// The bytes of those tokens, in UTF-8: all of the text's where a begin token stands before it, otherwise those behind its first token.
/// </param>
/// <param name="NatsPerToken">The mean negative log-likelihood, in nats per token.</param>
public sealed record PerplexityResult(int TokenCount, int ByteCount, double NatsPerToken)
{
    /// <summary>Gets e to the power of <see cref="NatsPerToken"/>.</summary>
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary>Gets the bits per predicted byte, which compares models of different vocabularies.</summary>
    public double BitsPerByte => NatsPerToken * TokenCount / Math.Log(2) / ByteCount;
}
