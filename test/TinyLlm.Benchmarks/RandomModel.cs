using System.Collections.Immutable;
using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Testing;

namespace TinyLlm.Benchmarks;

/// <summary>Models of random numbers, whose first tokens are the 256 bytes: a character of a prompt is a token.</summary>
internal static class RandomModel
{
    /// <summary>Gets the paper's smallest, 6 layers × 384, with a small vocabulary: 12.6 M parameters.</summary>
    public static ModelArchitecture Paper { get; } = ModelPresets.Paper30M with { VocabularySize = 4096, ContextLength = 512 };

    /// <summary>Gets a tiny one, 2 layers × 64, with a token for each byte: 0.1 M parameters.</summary>
    public static ModelArchitecture Tiny { get; } = new()
    {
        Kind = ModelKind.Llama,
        LayerCount = 2,
        EmbeddingLength = 64,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        ContextLength = 512,
        VocabularySize = 257,
    };

    public static void Save(ModelArchitecture architecture, string path)
    {
        var bytes = TinyModels.Vocabulary();
        var vocabulary = bytes with
        {
            Tokens =
            [
                .. bytes.Tokens,
                .. Enumerable.Range(bytes.Count, architecture.VocabularySize - bytes.Count)
                    .Select(i => string.Create(CultureInfo.InvariantCulture, $"<{i}>")),
            ],
            Kinds = [.. bytes.Kinds, .. Enumerable.Repeat(TokenKind.Normal, architecture.VocabularySize - bytes.Count)],
        };
        var random = new Random(1);
        new LanguageModel(architecture, vocabulary, architecture.GetTensorShapes().Select(tensor =>
        {
            var values = new float[tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension)];
            var isNorm = tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal);
            for (var i = 0; i < values.Length; i++)
                values[i] = (float)((random.NextDouble() - 0.5) * 0.2) + (isNorm ? 1 : 0);
            // The end of a text has logit 0, and so is never the most probable token: generations are as long as they may be.
            if (tensor.Name == "token_embd.weight")
                values.AsSpan(vocabulary.EndToken!.Value * architecture.EmbeddingLength, architecture.EmbeddingLength).Clear();
            return ModelTensor.FromSingles(tensor.Name, tensor.Shape, values);
        })).Save(path);
    }
}
