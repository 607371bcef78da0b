using TinyLlm.Gguf;

namespace RunGguf;

/// <summary>Makes a model of random numbers, whose tokens are the printable ASCII characters.</summary>
internal static class RandomModel
{
    public static byte[] Create()
    {
        var vocabulary = new ModelVocabulary
        {
            Tokens = [.. Enumerable.Range('!', '~' - '!' + 1).Select(c => ((char)c).ToString()), "Ġ", "<|endoftext|>"],
            EndToken = 95,
        };
        var architecture = new ModelArchitecture
        {
            Kind = ModelKind.Llama,
            LayerCount = 2,
            EmbeddingLength = 128,
            HeadCount = 4,
            KeyValueHeadCount = 2,
            ContextLength = 256,
            VocabularySize = vocabulary.Count,
        };
        var random = new Random(1);
        using var stream = new MemoryStream();
        new LanguageModel(architecture, vocabulary, architecture.GetTensorShapes().Select(tensor =>
        {
            var values = new float[tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension)];
            for (var i = 0; i < values.Length; i++)
                values[i] = tensor.Shape.Length == 1 ? 1 : (float)(random.NextDouble() - 0.5) * 0.3f;
            return ModelTensor.FromSingles(tensor.Name, tensor.Shape, values);
        })).Save(stream);
        return stream.ToArray();
    }
}
