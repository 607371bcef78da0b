using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;
using TinyLlm.Testing;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Valid models, small and of every kind that is run, to be damaged.</summary>
internal static class BaseModels
{
    public static (byte[] Bytes, string Architecture)[] All { get; } =
    [
        (Bytes(Model(ModelKind.Gpt2)), "gpt2"),
        (Bytes(Model(ModelKind.Llama)), "llama"),
        (Bytes(Quantized(Model(ModelKind.Llama, seed: 3))), "llama"),
        (Qwen2(Bytes(Model(ModelKind.Llama, seed: 4))), "qwen2"),
        (SentencePieces(Bytes(Model(ModelKind.Llama, seed: 5))), "llama"),
        (WithoutTokenizer(Bytes(Model(ModelKind.Gpt2, seed: 6))), "gpt2"),
    ];

    public static LanguageModel Model(ModelKind kind, int seed = 1)
    {
        var vocabulary = TinyModels.Vocabulary() with { Merges = ["a b", "ab c"], PreTokenizer = seed % 2 == 0 ? "qwen2" : "gpt-2" };
        vocabulary = vocabulary with
        {
            Tokens = [.. vocabulary.Tokens, "ab", "abc"],
            Kinds = [.. vocabulary.Kinds, TokenKind.Normal, TokenKind.Normal],
        };
        return TinyModels.Create(kind, seed, tied: seed % 2 == 1, width: 32, vocabulary: vocabulary, contextLength: 64)
            .WithMetadata(GgufMetadata.Empty.With("general.name", "tiny")
                .With("tinyllm.prompt.template", "{instruction}\n{input}{response}").With("tinyllm.prompt.instruction", "Say"));
    }

    public static byte[] Bytes(LanguageModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    private static LanguageModel Quantized(LanguageModel model) => model.WithTensors(model.Tensors
        .Where(tensor => tensor.Shape.Length == 2).Select(tensor => tensor.ConvertTo(GgufTensorType.Q8_0)));

    private static byte[] Qwen2(byte[] llama)
    {
        var image = GgufImage.Read(llama);
        for (var i = 0; i < image.Entries.Count; i++)
        {
            var (key, type, value) = image.Entries[i];
            image.Entries[i] = (
                key.StartsWith("llama.", StringComparison.Ordinal) ? "qwen2." + key[6..] : key, type, value is "llama" ? "qwen2" : value);
        }

        for (var layer = 0; layer < 2; layer++)
            image.Tensors.Add(($"blk.{layer}.attn_q.bias", 0, [32], new byte[32 * sizeof(float)]));
        return image.Write();
    }

    private static byte[] SentencePieces(byte[] llama)
    {
        var image = GgufImage.Read(llama);
        image.Entries.RemoveAll(entry => entry.Key.StartsWith("tokenizer.", StringComparison.Ordinal));
        string[] tokens = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "</s>", "\u2581a", "ab"];
        image.Entries.Add(("tokenizer.ggml.model", 8, "llama"));
        image.Entries.Add(("tokenizer.ggml.tokens", 9, new GgufArray(tokens)));
        image.Entries.Add(("tokenizer.ggml.scores", 9, new GgufArray(tokens.Select((_, i) => -(float)i).ToArray())));
        image.Entries.Add((
            "tokenizer.ggml.token_type", 9, new GgufArray(tokens.Select((_, i) => i < 256 ? 6 : i == 256 ? 3 : 1).ToArray())));
        image.Entries.Add(("tokenizer.ggml.bos_token_id", 4, 256u));
        image.Entries.Add(("tokenizer.ggml.eos_token_id", 4, 256u));
        return image.Write();
    }

    private static byte[] WithoutTokenizer(byte[] gpt2)
    {
        var image = GgufImage.Read(gpt2);
        image.Entries.RemoveAll(entry => entry.Key.StartsWith("tokenizer.", StringComparison.Ordinal));
        image.Entries.Add(("tokenizer.ggml.model", 8, "none"));
        return image.Write();
    }
}
