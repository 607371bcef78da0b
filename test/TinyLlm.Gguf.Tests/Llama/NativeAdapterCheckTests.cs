namespace TinyLlm.Gguf.Tests.Llama;

/// <summary>Adapters are read by us before llama.cpp reads them.</summary>
[TestClass]
public sealed class NativeAdapterCheckTests
{
    private const string Target = "blk.1.ffn_up.weight";

    [TestMethod]
    [DataRow("general.type", "model", "a LoRA adapter has \"adapter\"")]
    [DataRow("general.type", 1u, "String is expected")]
    [DataRow("adapter.type", 1, "must be a string")]
    [DataRow("adapter.lora.alpha", 8, "Float32 is expected")]
    [DataRow("adapter.lora.alpha", float.NaN, "a finite number above 0, or 0, is expected")]
    [DataRow("adapter.alora.invocation_tokens", 3u, "this library does not know what it changes")]
    public void SetAdapters_ValueOfAKey_IsRefusedByName(string key, object value, string message)
    {
        var fault = Fails<GgufFormatException>(Metadata.With(key, value), [.. Pair(Target, 192, 64)]);
        StringAssert.Contains(fault, key);
        StringAssert.Contains(fault, message);
    }

    [TestMethod]
    public void SetAdapters_TensorThatIsWrong_IsRefusedByName()
    {
        var (a, b) = (Tensor(Target + ".lora_a", 4, 64), Tensor(Target + ".lora_b", 192, 4));
        Refused<GgufFormatException>("The adapter has no tensors.");
        Refused<GgufFormatException>("'blk.1.ffn_up.weight.lora_b', the partner of 'blk.1.ffn_up.weight.lora_a', is missing", a);
        Refused<GgufFormatException>("'blk.1.ffn_up.weight.lora_a', the partner of 'blk.1.ffn_up.weight.lora_b', is missing", b);
        Refused<GgufFormatException>("has the ranks 4 and 5; one is expected", a, Tensor(Target + ".lora_b", 192, 5));
        Refused<GgufFormatException>("is no part of an update", a, b, Tensor("blk.0.attn_norm.weight", 1, 64));
        Refused<GgufFormatException>(
            "has 1 dimensions; 2 are expected", ModelTensor.FromSingles(Target + ".lora_a", [64], new float[64]), b);
        Refused<GgufFormatException>(
            "is of type I32, in which llama.cpp computes no such tensor",
            new ModelTensor(Target + ".lora_a", GgufTensorType.I32, [4, 64], new byte[4 * 64 * 4]), b);
        Refused<InvalidOperationException>(
            "its update of 'blk.1.ffn_up.weight' is [192, 32], and the model's matrix [192, 64]", Tensor(Target + ".lora_a", 4, 32), b);
        Refused<InvalidOperationException>(
            "the model has no matrix 'blk.9.ffn_up.weight' in a block", [.. Pair("blk.9.ffn_up.weight", 192, 64)]);
        Refused<InvalidOperationException>(
            "the model has no matrix 'token_embd.weight' in a block", [.. Pair("token_embd.weight", 257, 64)]);
        StringAssert.Contains(
            Fails<InvalidOperationException>(Metadata.With("general.architecture", "gpt2"), a, b),
            "it is for the architecture 'gpt2', and the model's is 'llama'");

        void Refused<T>(string message, params ModelTensor[] tensors)
            where T : Exception =>
            StringAssert.Contains(Fails<T>(Metadata, tensors), message);
    }

    private static GgufMetadata Metadata { get; } = GgufMetadata.Empty.With("general.type", "adapter")
        .With("general.architecture", "llama").With("adapter.type", "lora").With("adapter.lora.alpha", 8f);

    private static IEnumerable<ModelTensor> Pair(string target, int rows, int columns) =>
        [Tensor(target + ".lora_a", 4, columns), Tensor(target + ".lora_b", rows, 4)];

    private static ModelTensor Tensor(string name, int rows, int columns) =>
        ModelTensor.FromSingles(name, [rows, columns], new float[rows * columns]);

    private static string Fails<T>(GgufMetadata metadata, params ModelTensor[] tensors)
        where T : Exception
    {
        using var folder = new TemporaryFolder();
        GgufWriter.Write(folder.PathOf("adapter.gguf"), metadata, tensors);
        using var engine = TinyGptPredictionEngine.Open(TinyModels.Create(ModelKind.Llama));
        var error = Assert.ThrowsExactly<T>(() => engine.SetAdapters((folder.PathOf("adapter.gguf"), 1)));
        Assert.HasCount(1, engine.NextTokens("still works", 1));
        return error.Message;
    }
}
