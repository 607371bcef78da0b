using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Models;

/// <summary>Every key that llama.cpp computes or tokenizes with is honoured, or neutral, or refused by its name.</summary>
[TestClass]
public sealed class ModelSettingsTests
{
    [TestMethod]
    [DataRow("llama.rope.scaling.factor", 8f, "llama.rope.scaling.factor '8'; '0' or '1' is supported")]
    [DataRow("llama.rope.scaling.type", "yarn", "llama.rope.scaling.type 'yarn'; 'none' or 'linear' is supported")]
    [DataRow("llama.rope.scale_linear", 2f, "llama.rope.scale_linear '2'")]
    [DataRow("llama.rope.scaling.attn_factor", 0.5f, "attn_factor '0.5'")]
    [DataRow("llama.rope.scaling.yarn_ext_factor", 1f, "yarn_ext_factor '1', a setting that this library does not know")]
    [DataRow("llama.rope.freq_base_swa", 1f, "llama.rope.freq_base_swa")]
    [DataRow("llama.rope.dimension_count", 8u, "llama.rope.dimension_count '8'; '16' is supported")]
    [DataRow("llama.attention.key_length", 32u, "llama.attention.key_length '32'; '16' is supported")]
    [DataRow("llama.attention.value_length", 8u, "llama.attention.value_length '8'")]
    [DataRow("llama.attention.clamp_kqv", 1f, "clamp_kqv '1'; '0' is supported")]
    [DataRow("llama.attention.sliding_window", 64u, "sliding_window '64'")]
    [DataRow("llama.attention.scale", 0.1f, "attention.scale '0.1")]
    [DataRow("llama.attention.causal", false, "llama.attention.causal 'false'; 'true' is supported")]
    [DataRow("llama.logit_scale", 8f, "llama.logit_scale '8'")]
    [DataRow("llama.residual_scale", 0.5f, "llama.residual_scale '0.5'")]
    [DataRow("llama.embedding_scale", 12f, "llama.embedding_scale '12'")]
    [DataRow("llama.expert_count", 4u, "llama.expert_count '4'; '0' is supported")]
    [DataRow("llama.final_logit_softcapping", 30f, "llama.final_logit_softcapping '30'")]
    [DataRow("llama.vocab_size", 300u, "llama.vocab_size '300'; '257' is supported")]
    [DataRow("llama.something_new", 1u, "llama.something_new '1', a setting that this library does not know")]
    [DataRow("tokenizer.ggml.add_eos_token", true, "tokenizer.ggml.add_eos_token 'true'; 'false' is supported")]
    [DataRow("tokenizer.ggml.add_space_prefix", true, "add_space_prefix 'true'")]
    [DataRow("tokenizer.ggml.normalizer.lowercase", true, "tokenizer.ggml.normalizer.lowercase")]
    [DataRow("tokenizer.ggml.suppress_tokens", new[] { 1 }, "tokenizer.ggml.suppress_tokens")]
    [DataRow("split.count", (ushort)2, "split.count '2': the model is in several files")]
    [DataRow("general.type", "imatrix", "general.type 'imatrix'; 'model' is supported")]
    public void Load_KeyThatOnlyTheEngineApplies_IsRefusedByName(string key, object value, string message)
    {
        var error = Assert.ThrowsExactly<GgufFormatException>(() => Load(ModelKind.Llama, key, value));
        StringAssert.Contains(error.Message, message);
        Assert.IsGreaterThan(0, error.Offset, "The error says where in the file the value stands.");
        if (key is not ("llama.vocab_size" or "llama.rope.dimension_count"))
        {
            var model = TinyModels.Create(ModelKind.Llama);
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => model.WithMetadata(GgufMetadata.Empty.With(key, value))).Message, message);
        }
    }

    [TestMethod]
    [DataRow("llama.rope.scaling.factor", 1f)]
    [DataRow("llama.rope.scaling.type", "none")]
    [DataRow("llama.rope.scaling.finetuned", false)]
    [DataRow("llama.attention.key_length", 16u)]
    [DataRow("llama.expert_count", 0u)]
    [DataRow("llama.attention.clamp_kqv", 0f)]
    [DataRow("llama.attention.causal", true)]
    [DataRow("llama.logit_scale", 1f)]
    [DataRow("gpt2.rope.scaling.factor", 8f)] // of another architecture: nobody reads it
    [DataRow("tokenizer.ggml.add_eos_token", false)]
    [DataRow("tokenizer.ggml.scores", new[] { 0f })]
    [DataRow("tokenizer.chat_template", "{{ x }}")]
    [DataRow("general.type", "model")]
    [DataRow("split.count", (ushort)0)]
    [DataRow("tinyllm.anything", 5L)]
    public void Load_NeutralKey_IsTheSameModel(string key, object value)
    {
        using var model = Load(ModelKind.Llama, key, value);
        Assert.AreEqual(TinyModels.Create(ModelKind.Llama).Architecture, model.Architecture);
    }

    [TestMethod]
    public void Load_Adapter_SaysWhatItIs() => StringAssert.Contains(
        Assert.ThrowsExactly<GgufFormatException>(() => Load(ModelKind.Llama, "general.type", "adapter")).Message,
        "The file is a LoRA adapter (general.type is 'adapter'), no model: LoraAdapter.Load");

    [TestMethod]
    public void Save_Model_HasTypeAndName()
    {
        using var stream = new MemoryStream();
        TinyModels.Create(ModelKind.Gpt2).Save(stream);
        using var file = GgufFile.Open(stream.ToArray());
        Assert.AreEqual(("model", "gpt2 124.7K"), (file.Metadata["general.type"].Value, file.Metadata["general.name"].Value));
        using var loaded = LanguageModel.Load(stream.ToArray());
        Assert.IsEmpty(loaded.Metadata, "What follows from the sizes is no further metadata.");
    }

    [TestMethod]
    [DataRow("gpt-2")]
    [DataRow("llama-bpe")]
    [DataRow("llama3")]
    [DataRow("falcon3")]
    [DataRow("pixtral")]
    [DataRow("lfm2")]
    [DataRow("chameleon")]
    [DataRow("qwen2")]
    [DataRow("smollm")]
    [DataRow("starcoder")]
    [DataRow("command-r")]
    [DataRow("olmo")]
    [DataRow("dbrx")]
    [DataRow("mpt")]
    [DataRow("refact")]
    [DataRow("stablelm2")]
    [DataRow("jais")]
    [DataRow("exaone")]
    [DataRow("minerva-7b")]
    [DataRow("kimi-k2")]
    [DataRow("hunyuan")]
    [DataRow("trillion")]
    public void Load_NoWordAboutTheBeginToken_IsAsTheEngineReadsIt(string preTokenizer)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama, vocabulary: TinyModels.Vocabulary() with { PreTokenizer = preTokenizer });
        Write(folder.PathOf("m.gguf"), model, metadata => metadata.Without(key => key == "tokenizer.ggml.add_bos_token"));
        using var loaded = LanguageModel.Load(folder.PathOf("m.gguf"));
        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("m.gguf"), new TinyGptOptions());
        var withBegin = engine.Perplexity("abc").TokenCount;
        // Three letters, of which the first is foreseen only behind a begin token.
        Assert.AreEqual(withBegin == 3, loaded.Vocabulary.AddBeginToken, preTokenizer);
    }

    [TestMethod]
    public void Load_NoPreTokenizer_IsNotTakenForGpt2()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        Write(folder.PathOf("m.gguf"), model, metadata => metadata.Without(key => key == "tokenizer.ggml.pre"));
        using var loaded = LanguageModel.Load(folder.PathOf("m.gguf"));
        Assert.AreEqual("default", loaded.Vocabulary.PreTokenizer);
    }

    private static LanguageModel Load(ModelKind kind, string key, object value)
    {
        using var stream = new MemoryStream();
        var model = TinyModels.Create(kind);
        GgufWriter.Write(stream, ModelMetadata.Of(model).With(key, value), model.Tensors);
        return LanguageModel.Load(stream.ToArray());
    }

    private static void Write(string path, LanguageModel model, Func<GgufMetadata, GgufMetadata> edit) =>
        GgufWriter.Write(path, edit(ModelMetadata.Of(model)), model.Tensors);
}
