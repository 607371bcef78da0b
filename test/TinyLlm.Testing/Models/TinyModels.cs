using System.Collections.Immutable;
using TinyLlm.Gguf;

namespace TinyLlm.Testing;

/// <summary>Random models small enough for a test.</summary>
internal static class TinyModels
{
    /// <summary>Returns a model of 2 layers, by default 64 wide with 256 byte tokens and one that ends texts.</summary>
    public static LanguageModel Create(
        ModelKind kind, int seed = 1, bool tied = true, int keyValueHeads = 2, int width = 64, ModelVocabulary? vocabulary = null,
        int contextLength = 128)
    {
        vocabulary ??= Vocabulary();
        var architecture = new ModelArchitecture
        {
            Kind = kind,
            LayerCount = 2,
            EmbeddingLength = width,
            HeadCount = 4,
            KeyValueHeadCount = kind == ModelKind.Llama ? keyValueHeads : 4,
            ContextLength = contextLength,
            VocabularySize = vocabulary.Count,
            TiedHead = tied,
        };
        var random = new Random(seed);
        return new LanguageModel(architecture, vocabulary, architecture.GetTensorShapes().Select(t => Tensor(t.Name, t.Shape, random)));
    }

    /// <summary>Returns the 256 bytes in GPT-2's alphabet, then the end of a text.</summary>
    public static ModelVocabulary Vocabulary() => new()
    {
        Tokens = [.. Enumerable.Range(0, 256).Select(i => ByteText(i)), "<|endoftext|>"],
        Kinds = [.. Enumerable.Repeat(TokenKind.Normal, 256), TokenKind.Control],
        BeginToken = 256,
        EndToken = 256,
    };

    // Printable bytes stand for themselves, the others for the characters from U+0100 on, in order (GPT-2's bytes_to_unicode).
    private static string ByteText(int value)
    {
        static bool IsPrintable(int b) => b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE and <= 0xFF;
        return IsPrintable(value)
            ? ((char)value).ToString()
            : ((char)(0x100 + Enumerable.Range(0, value).Count(b => !IsPrintable(b)))).ToString();
    }

    private static ModelTensor Tensor(string name, ImmutableArray<long> shape, Random random)
    {
        var isNorm = name.EndsWith("norm.weight", StringComparison.Ordinal);
        var values = new float[shape.Aggregate(1L, (product, dimension) => product * dimension)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((random.NextDouble() - 0.5) * 0.4) + (isNorm ? 1 : 0);
        return ModelTensor.FromSingles(name, shape, values);
    }
}
