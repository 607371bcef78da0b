namespace TinyLlm.Gguf;

/// <summary>How well a model foresees a text.</summary>
/// <param name="TokenCount">The number of tokens that were foreseen.</param>
/// <param name="ByteCount">The bytes of the text in UTF-8.</param>
/// <param name="NatsPerToken">The mean negative log-likelihood, in nats per token.</param>
public sealed record PerplexityResult(int TokenCount, int ByteCount, double NatsPerToken)
{
    /// <summary>Gets e to the power of <see cref="NatsPerToken"/>.</summary>
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary>Gets the bits per byte of text, which compares models of different vocabularies.</summary>
    public double BitsPerByte => NatsPerToken * TokenCount / Math.Log(2) / ByteCount;
}
