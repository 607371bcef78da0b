using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Llama;

/// <summary>Files that our reader opens, and that llama.cpp must never see: one test for each way in which they are wrong.</summary>
[TestClass]
public sealed class NativeModelCheckTests
{
    [TestMethod]
    [DataRow("llama.block_count", 3u, "'llama.block_count' is 3 (UInt32); the file's 20 tensors are not those of so many blocks.")]
    [DataRow("llama.block_count", 10_000_000u, "1 to 512 is expected")]
    [DataRow("llama.block_count", 2, "'llama.block_count' is 2 (Int32); UInt32 is expected.")]
    [DataRow("llama.block_count", 0u, "1 to 512 is expected")]
    [DataRow("llama.context_length", 0x8000_0000u, "1 to 2,147,483,647 is expected")]
    [DataRow("llama.feed_forward_length", 60u, "The tensor 'blk.0.ffn_gate.weight' is [192, 64]; [60, 64] is expected.")]
    [DataRow("llama.attention.head_count", 6u, "a divisor of the width 64 is expected")]
    [DataRow("llama.attention.head_count_kv", 3u, "a divisor of the 4 heads is expected")]
    [DataRow("llama.attention.head_count_kv", 4u, "The tensor 'blk.0.attn_k.weight' is [32, 64]; [64, 64] is expected.")]
    [DataRow("llama.attention.key_length", 32u, "'llama.attention.value_length' of the same length is expected beside it")]
    [DataRow("llama.attention.value_length", 32u, "16 is expected")]
    [DataRow("llama.attention.layer_norm_rms_epsilon", 0f, "a finite number above 0 is expected")]
    [DataRow("llama.attention.layer_norm_rms_epsilon", float.NaN, "a finite number above 0 is expected")]
    [DataRow("llama.attention.layer_norm_rms_epsilon", 1e-5, "(Float64); Float32 is expected")]
    [DataRow("llama.attention.causal", false, "models that look at what follows are not run")]
    [DataRow("llama.attention.clamp_kqv", 8f, "this library does not know what it changes: export the model without it")]
    [DataRow("llama.rope.freq_base", -1f, "a finite number above 1 is expected")]
    [DataRow("llama.rope.freq_base", float.PositiveInfinity, "a finite number above 1 is expected")]
    [DataRow("llama.rope.dimension_count", 8u, "16 is expected")]
    [DataRow("llama.rope.scaling.type", "longrope", "\"none\", \"linear\" or \"yarn\" is expected")]
    [DataRow("llama.rope.scaling.factor", float.NaN, "a finite number above 0 is expected")]
    [DataRow("llama.expert_count", 8u, "'llama.expert_count' is 8 (UInt32); 0 is expected.")]
    [DataRow("llama.nextn_predict_layers", 1u, "0 is expected")]
    [DataRow("llama.pooling_type", 4u, "0 is expected")]
    [DataRow("general.architecture", "gemma3", "models of gpt2, llama and qwen2 are run; others cannot be checked before native code")]
    [DataRow("general.architecture", 3u, "String is expected")]
    [DataRow("general.type", "adapter", "\"model\" is expected")]
    [DataRow("general.name", 3u, "String is expected")]
    [DataRow("split.count", 2u, "this library does not know what it changes")]
    [DataRow("tokenizer.ggml.model", "bert", "\"gpt2\" (byte-level BPE), \"llama\" (SentencePiece) or \"none\" is expected")]
    [DataRow("tokenizer.ggml.pre", "deepseek-coder", "text that is cut in this way cannot be cut safely")]
    [DataRow("tokenizer.ggml.bos_token_id", 257u, "0 to 256 is expected")]
    [DataRow("tokenizer.ggml.eot_token_id", -1, "UInt32 is expected")]
    [DataRow("tokenizer.ggml.add_bos_token", 1u, "Bool is expected")]
    public void Check_ValueOfAKey_IsRefusedByName(string key, object value, string message)
    {
        var fault = Fault(metadata => metadata.With(key, value));
        StringAssert.Contains(fault.Message, message);
        if (!message.Contains("tensor", StringComparison.Ordinal))
            StringAssert.StartsWith(fault.Message, $"'{key}' is ");
    }

    [TestMethod]
    [DataRow("general.architecture")]
    [DataRow("llama.context_length")]
    [DataRow("llama.attention.layer_norm_rms_epsilon")]
    [DataRow("tokenizer.ggml.model")]
    [DataRow("tokenizer.ggml.tokens")]
    [DataRow("tokenizer.ggml.merges")]
    [DataRow("tokenizer.ggml.pre")]
    public void Check_KeyMissing_IsNamed(string key) =>
        Assert.AreEqual(
            $"The metadata lack '{key}', which llama.cpp needs. (at byte 0)",
            Fault(metadata => metadata.Without(name => name == key)).Message);

    [TestMethod]
    [DataRow("stands twice", 5, "!")] // token 0 is '!' in the alphabet of bytes only after 33 others: any other's text will do
    [DataRow("has a zero character", 5, "a\0")]
    [DataRow("stands twice", 6, "[EMPTY_5]", 5, "")]
    public void Check_TextsThatAreOneToLlama_AreRefused(string message, params object[] changes)
    {
        var fault = Fault(metadata =>
        {
            var tokens = (string[])metadata["tokenizer.ggml.tokens"].AsArray<string>("").Clone();
            for (var i = 0; i < changes.Length; i += 2)
                tokens[(int)changes[i]] = (string)changes[i + 1];
            return metadata.With("tokenizer.ggml.tokens", tokens);
        });
        StringAssert.Contains(fault.Message, message);
    }

    [TestMethod]
    public void Check_ByteThatIsNone_IsRefused()
    {
        var kinds = Enumerable.Repeat(1, 257).ToArray();
        kinds[5] = (int)TokenKind.Byte;
        StringAssert.Contains(
            Fault(metadata => metadata.With("tokenizer.ggml.token_type", kinds)).Message,
            "is a byte, and such are written <0x00> to <0xFF>");
    }

    [TestMethod]
    public void Check_KindsAndTokensOfOtherCounts_AreRefused()
    {
        StringAssert.Contains(
            Fault(metadata => metadata.With("tokenizer.ggml.token_type", new int[3])).Message, "257 numbers from 0 to 6 are expected");
        StringAssert.Contains(
            Fault(metadata => metadata.With("tokenizer.ggml.tokens", new[] { "a" })).Message,
            "257 tokens, the rows of 'token_embd.weight', are expected");
    }

    [TestMethod]
    public void Check_BeginTokenAskedForAndNotNamed_IsRefused() =>
        StringAssert.Contains(
            Fault(metadata => metadata.Without(key => key == "tokenizer.ggml.bos_token_id").With("tokenizer.ggml.add_bos_token", true))
                .Message,
            "Texts begin with a token, and the metadata lack 'tokenizer.ggml.bos_token_id'.");

    [TestMethod]
    public void Check_SentencePiecesWithoutScoresOrBytes_AreRefused()
    {
        var pieces = (GgufMetadata metadata) => metadata.With("tokenizer.ggml.model", "llama");
        StringAssert.Contains(Fault(pieces).Message, "'tokenizer.ggml.scores', which llama.cpp needs");
        StringAssert.Contains(
            Fault(metadata => pieces(metadata).With("tokenizer.ggml.scores", Enumerable.Repeat(float.NaN, 257).ToArray())).Message,
            "257 finite numbers are expected");
        StringAssert.Contains(
            Fault(metadata => pieces(metadata).With("tokenizer.ggml.scores", new float[257])).Message, "the token <0x00> is missing");
    }

    [TestMethod]
    public void Check_ArrayOfArrays_IsRefused() =>
        StringAssert.Contains(
            Fault(metadata => metadata.With("any.key", new[] { new GgufArray(new[] { 1 }) })).Message,
            "llama.cpp reads no arrays of arrays");

    [TestMethod]
    [DataRow("blk.1.ffn_norm.weight", "The tensor 'blk.1.ffn_norm.weight' is of type F16; norms and biases must be F32.")]
    [DataRow("blk.0.ffn_up.weight", "The tensor 'blk.0.ffn_up.weight' is of type I32, in which llama.cpp computes no such tensor.")]
    public void Check_TypeOfATensor_IsRefused(string name, string message)
    {
        var other = message.Contains("F16", StringComparison.Ordinal) ? GgufTensorType.F16 : GgufTensorType.I32;
        StringAssert.Contains(
            Fault(tensors: tensors => tensors.Select(tensor => tensor.Name == name
                ? new ModelTensor(name, other, tensor.Shape, new byte[other.ByteCount(tensor.ElementCount)])
                : tensor)).Message,
            message);
    }

    [TestMethod]
    public void Check_TensorMissingOrBesides_IsNamed()
    {
        StringAssert.Contains(
            Fault(tensors: tensors => tensors.Where(tensor => tensor.Name != "blk.1.ffn_down.weight")
                .Append(ModelTensor.FromSingles("blk.7.ffn_down.weight", [1], new float[1]))).Message,
            "The tensor 'blk.1.ffn_down.weight' is missing.");
        StringAssert.Contains(
            Fault(tensors: tensors => tensors.Append(ModelTensor.FromSingles("blk.0.exp_probs_b.bias", [1], new float[1]))).Message,
            "The tensor 'blk.0.exp_probs_b.bias' is not part of a llama model as it is run here.");
    }

    [TestMethod]
    public void Open_Qwen2AndHeadsOfTheirOwnWidth_Run()
    {
        // Heads of 32 where their share of the width is 16: queries and outputs are twice as wide.
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        Write(
            folder.PathOf("wide.gguf"), model,
            metadata => metadata.With("llama.attention.key_length", 32u).With("llama.attention.value_length", 32u)
                .With("llama.rope.dimension_count", 32u),
            tensors => tensors.Select(tensor => tensor.Name.Split('.')[^2] switch
            {
                "attn_q" => Zeros(tensor.Name, 128, 64),
                "attn_k" or "attn_v" => Zeros(tensor.Name, 64, 64),
                "attn_output" => Zeros(tensor.Name, 64, 128),
                _ => tensor,
            }));
        Write(
            folder.PathOf("qwen2.gguf"), model,
            metadata => new GgufMetadata(metadata.Select(pair => KeyValuePair.Create(
                pair.Key.Replace("llama.", "qwen2."),
                pair.Value.Value is "llama" ? GgufValue.From("qwen2") : pair.Value))),
            tensors => tensors.Append(ModelTensor.FromSingles("blk.0.attn_q.bias", [64], new float[64])));
        foreach (var name in new[] { "wide.gguf", "qwen2.gguf" })
        {
            using var engine = TinyGptPredictionEngine.Open(folder.PathOf(name));
            Assert.HasCount(3, engine.NextTokens("ab", 3), name);
        }

        static ModelTensor Zeros(string name, int rows, int columns) =>
            ModelTensor.FromSingles(name, [rows, columns], new float[rows * columns]);
    }

    [TestMethod]
    public void Open_ContextThatNobodyAskedFor_SaysWhatItTakes()
    {
        using var folder = new TemporaryFolder();
        Write(
            folder.PathOf("long.gguf"), TinyModels.Create(ModelKind.Llama),
            metadata => metadata.With("llama.context_length", 0x7FFF_FFFFu));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TinyGptPredictionEngine.Open(folder.PathOf("long.gguf")));
        StringAssert.Contains(error.Message, "A context of 2,147,483,647 tokens takes some ");
        StringAssert.Contains(error.Message, "unasked at most 1.1 GB are taken: set TinyGptOptions.ContextLength to what your texts need");
        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("long.gguf"), new TinyGptOptions { ContextLength = 256 });
        Assert.HasCount(1, engine.NextTokens("a", 1));
    }

    [TestMethod]
    public void Open_NoEndTokenNamed_EndsAtNoTokenOfText()
    {
        // llama.cpp takes token 11 for begin and end of texts then: here a byte.
        var vocabulary = TinyModels.Vocabulary() with { BeginToken = null, EndToken = null, Kinds = default };
        vocabulary = vocabulary with { Tokens = [.. vocabulary.Tokens[..256], "ab"] };
        using var folder = new TemporaryFolder();
        TinyModels.Create(ModelKind.Llama, vocabulary: vocabulary).Save(folder.PathOf("model.gguf"));
        using var model = LlamaModel.Load(folder.PathOf("model.gguf"), mapped: true);
        Assert.IsFalse(Enumerable.Range(0, 257).Any(model.IsEnd));
        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => engine.NextTokens("", 1)).Message, "the model has no token to begin with");
    }

    // Opens a changed model, and returns the fault without the name of its file.
    private static FormatException Fault(
        Func<GgufMetadata, GgufMetadata>? change = null, Func<IEnumerable<ModelTensor>, IEnumerable<ModelTensor>>? tensors = null)
    {
        using var folder = new TemporaryFolder();
        Write(folder.PathOf("model.gguf"), TinyModels.Create(ModelKind.Llama), change ?? (metadata => metadata), tensors);
        var fault = Assert.ThrowsExactly<GgufFormatException>(() => TinyGptPredictionEngine.Open(folder.PathOf("model.gguf")));
        var ofQuantizer = Assert.ThrowsExactly<GgufFormatException>(() => ModelQuantizer.Quantize(
            folder.PathOf("model.gguf"), folder.PathOf("out.gguf"), new QuantizationOptions { Type = GgufFileType.Q8_0 }));
        var file = $"'{folder.PathOf("model.gguf")}': ";
        StringAssert.StartsWith(fault.Message, file);
        Assert.AreEqual(fault.Message.Replace(file, ""), ofQuantizer.Message.Replace(file, ""));
        Assert.ThrowsExactly<GgufFormatException>(() => ImportanceMatrix.Collect(folder.PathOf("model.gguf"), ["text"]));
        return new FormatException(fault.Message[file.Length..]);
    }

    private static void Write(
        string path, LanguageModel model, Func<GgufMetadata, GgufMetadata> change,
        Func<IEnumerable<ModelTensor>, IEnumerable<ModelTensor>>? tensors = null) =>
        GgufWriter.Write(path, change(ModelMetadata.Of(model)), [.. tensors?.Invoke(model.Tensors) ?? model.Tensors]);
}
