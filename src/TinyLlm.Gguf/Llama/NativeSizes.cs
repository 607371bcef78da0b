namespace TinyLlm.Gguf.Llama;

/// <summary>The sizes that a file states, by which its tensors are checked.</summary>
/// <param name="LayerCount">The number of blocks.</param>
/// <param name="EmbeddingLength">The width C.</param>
/// <param name="HeadCount">The heads H.</param>
/// <param name="HeadSize">The width of a head, D.</param>
/// <param name="KeyValueLength">The width of all key (or value) heads, K·D.</param>
/// <param name="FeedForwardLength">The feed-forward width F.</param>
/// <param name="ContextLength">The positions T.</param>
internal readonly record struct NativeSizes(
    int LayerCount, int EmbeddingLength, int HeadCount, int HeadSize, int KeyValueLength, int FeedForwardLength, int ContextLength);
