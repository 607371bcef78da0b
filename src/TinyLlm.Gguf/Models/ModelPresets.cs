namespace TinyLlm.Gguf;

/// <summary>Architectures to begin with: the sizes of the TinyLLM paper, and sizes that quantize without loss of type.</summary>
public static class ModelPresets
{
    /// <summary>Gets the paper's smallest model: 30 M, 6 layers × 384. Its width makes K-quants fall back.</summary>
    /// <remarks>Source of the paper's sizes: <see href="https://arxiv.org/abs/2412.15304"/>.</remarks>
    public static ModelArchitecture Paper30M { get; } = Gpt2(6, 384, 6);

    /// <summary>Gets the paper's model of 51 M, 8 layers × 512.</summary>
    public static ModelArchitecture Paper51M { get; } = Gpt2(8, 512, 8);

    /// <summary>Gets the paper's model of 82 M, 10 layers × 640. Its width makes K-quants fall back.</summary>
    public static ModelArchitecture Paper82M { get; } = Gpt2(10, 640, 10);

    /// <summary>Gets the paper's model of 101 M, 11 layers × 704. Its width makes K-quants fall back.</summary>
    public static ModelArchitecture Paper101M { get; } = Gpt2(11, 704, 11);

    /// <summary>Gets the paper's largest model, GPT-2 small: 124 M, 12 layers × 768.</summary>
    public static ModelArchitecture Paper124M { get; } = Gpt2(12, 768, 12);

    /// <summary>Gets a model for a microcontroller-class board: 4 layers × 256, a vocabulary of 4,096, 256 tokens of context.</summary>
    public static ModelArchitecture Edge4M { get; } = Llama(4, 256, 4, 2, 4096, 256);

    /// <summary>Gets a model for a small computer: 6 layers × 512, a vocabulary of 8,192, 512 tokens of context.</summary>
    public static ModelArchitecture Edge20M { get; } = Llama(6, 512, 8, 4, 8192, 512);

    /// <summary>Gets a model for a larger edge computer: 12 layers × 768, a vocabulary of 16,384, 1,024 tokens of context.</summary>
    public static ModelArchitecture Edge85M { get; } = Llama(12, 768, 12, 4, 16384, 1024);

    private static ModelArchitecture Gpt2(int layers, int width, int heads) =>
        new() { Kind = ModelKind.Gpt2, LayerCount = layers, EmbeddingLength = width, HeadCount = heads };

    // The feed-forward width is a multiple of 256 as well: it is the row length of ffn_down.
    private static ModelArchitecture Llama(int layers, int width, int heads, int keyValueHeads, int vocabulary, int context) => new()
    {
        Kind = ModelKind.Llama,
        LayerCount = layers,
        EmbeddingLength = width,
        HeadCount = heads,
        KeyValueHeadCount = keyValueHeads,
        FeedForwardLength = (((8 * width / 3) + 255) / 256) * 256,
        VocabularySize = vocabulary,
        ContextLength = context,
    };
}
