namespace TinyLlm.Gguf.Tests.HuggingFace;

/// <summary>
/// Every setting of <c>config.json</c> is honoured, or without effect, or refused by its name. What is right is transformers' own meaning
/// of the settings (<c>configuration_gpt2.py</c>, <c>configuration_llama.py</c>, <c>modeling_rope_utils.py</c>).
/// </summary>
[TestClass]
public sealed class HuggingFaceConfigTests
{
    [TestMethod]
    // transformers 4, as it saves ordinary models.
    [DataRow(ModelKind.Llama, "rope_scaling", "null")]
    [DataRow(ModelKind.Llama, "attention_dropout", "0.1")]
    [DataRow(ModelKind.Llama, "pretraining_tp", "1")]
    [DataRow(ModelKind.Llama, "attention_bias", "false")]
    [DataRow(ModelKind.Llama, "head_dim", "16")]
    [DataRow(ModelKind.Llama, "torch_dtype", "\"bfloat16\"")]
    [DataRow(ModelKind.Llama, "rope_interleaved", "false")]
    [DataRow(ModelKind.Llama, "is_llama_config", "true")]
    [DataRow(ModelKind.Llama, "rope_scaling", "{\"rope_type\":\"default\"}")]
    [DataRow(ModelKind.Llama, "rope_scaling", "{\"type\":\"linear\",\"factor\":1.0}")]
    [DataRow(ModelKind.Gpt2, "n_inner", "null")]
    [DataRow(ModelKind.Gpt2, "scale_attn_weights", "true")]
    [DataRow(ModelKind.Gpt2, "activation_function", "\"gelu_pytorch_tanh\"")]
    [DataRow(ModelKind.Gpt2, "resid_pdrop", "0.1")]
    [DataRow(ModelKind.Gpt2, "summary_type", "\"cls_index\"")]
    [DataRow(ModelKind.Gpt2, "task_specific_params", "{\"text-generation\":{\"do_sample\":true,\"max_length\":50}}")]
    [DataRow(ModelKind.Gpt2, "add_cross_attention", "false")]
    [DataRow(ModelKind.Gpt2, "pruned_heads", "{}")]
    [DataRow(ModelKind.Gpt2, "n_ctx", "128")]
    [DataRow(ModelKind.Gpt2, "hidden_size", "64")]
    // transformers 5.
    [DataRow(ModelKind.Llama, "rope_parameters", "{\"rope_theta\":10000.0,\"rope_type\":\"default\"}")]
    [DataRow(ModelKind.Llama, "dtype", "\"float32\"")]
    [DataRow(ModelKind.Llama, "layer_types", "[\"full_attention\",\"full_attention\"]")]
    [DataRow(ModelKind.Llama, "architectures", "null")]
    [DataRow(ModelKind.Gpt2, "architectures", "null")]
    [DataRow(ModelKind.Gpt2, "num_beams", "1")]
    [DataRow(ModelKind.Gpt2, "bad_words_ids", "null")]
    public void Load_NeutralSetting_IsTheSameModel(ModelKind kind, string key, string value)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(kind);
        HuggingFaceFolder.Save(model, folder.Root);
        JsonEdit.Set(folder.PathOf("config.json"), key, value);
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        Assert.AreEqual(model.Architecture, loaded.Architecture);
        Assert.AreEqual(model.Vocabulary, loaded.Vocabulary);
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2, "scale_attn_weights", "false", "scale_attn_weights 'false'; 'true' is supported")]
    [DataRow(ModelKind.Gpt2, "add_cross_attention", "true", "add_cross_attention 'true'; 'false' is supported")]
    [DataRow(ModelKind.Gpt2, "scale_attn_by_inverse_layer_idx", "true", "scale_attn_by_inverse_layer_idx")]
    [DataRow(ModelKind.Gpt2, "activation_function", "\"relu\"", "activation_function 'relu'; 'gelu_new' or 'gelu_pytorch_tanh' is supported")]
    [DataRow(ModelKind.Gpt2, "pruned_heads", "{\"0\":[1]}", "pruned_heads '{\"0\":[1]}'")]
    [DataRow(ModelKind.Gpt2, "n_ctx", "64", "n_ctx 64; 128 is expected")]
    [DataRow(ModelKind.Gpt2, "model_type", "\"gpt_neo\"", "model_type 'gpt_neo', and GPT2LMHeadModel is of 'gpt2'")]
    [DataRow(ModelKind.Gpt2, "alibi", "true", "alibi 'true', a setting that this library does not know")]
    [DataRow(ModelKind.Gpt2, "quantization_config", "{\"bits\":4}", "quantization_config '{\"bits\":4}', which is not supported")]
    [DataRow(ModelKind.Gpt2, "num_beams", "4", "num_beams '4'")]
    [DataRow(ModelKind.Gpt2, "architectures", "[\"GPT2Model\"]", "describes GPT2Model")]
    [DataRow(ModelKind.Gpt2, "architectures", "[]", "describes no single architecture")]
    [DataRow(ModelKind.Llama, "rope_scaling", "{}", "rope_scaling of")]
    [DataRow(ModelKind.Llama, "rope_scaling", "{\"rope_type\":\"dynamic\",\"factor\":2.0}", "rope_type 'dynamic'; 'default' is supported")]
    [DataRow(ModelKind.Llama, "rope_scaling", "{\"type\":\"linear\",\"factor\":4}", "factor '4'; '1' is supported")]
    [DataRow(
        ModelKind.Llama, "rope_parameters", "{\"rope_theta\":5e5,\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1}",
        "rope_type 'llama3'")]
    [DataRow(ModelKind.Llama, "rope_parameters", "{\"rope_theta\":10000,\"rope_type\":\"yarn\",\"factor\":1}", "rope_type 'yarn'")]
    [DataRow(ModelKind.Llama, "rope_parameters", "{\"rope_theta\":10000,\"rope_type\":\"default\",\"partial_rotary_factor\":0.5}", "partial_rotary_factor '0.5'")]
    [DataRow(ModelKind.Llama, "rope_parameters", "{\"full_attention\":{\"rope_theta\":10000}}", "full_attention")]
    [DataRow(ModelKind.Llama, "head_dim", "32", "head_dim 32; 16 (hidden_size / num_attention_heads) is supported")]
    [DataRow(ModelKind.Llama, "sliding_window", "64", "sliding_window '64', which is not supported")]
    [DataRow(ModelKind.Llama, "layer_types", "[\"full_attention\",\"sliding_attention\"]", "layer_types")]
    [DataRow(ModelKind.Llama, "pretraining_tp", "2", "pretraining_tp '2'")]
    [DataRow(ModelKind.Llama, "logits_scaling", "8.0", "logits_scaling '8', a setting that this library does not know")]
    [DataRow(ModelKind.Llama, "tie_word_embeddings", "\"yes\"", "true or false as 'tie_word_embeddings' but has yes")]
    [DataRow(ModelKind.Llama, "rms_norm_eps", "\"NaN\"", "a finite number as 'rms_norm_eps' but has NaN")]
    [DataRow(ModelKind.Llama, "rms_norm_eps", "null", "a finite number as 'rms_norm_eps' but has null")]
    [DataRow(ModelKind.Llama, "rope_theta", "null", "a finite number as 'rope_theta' but has null")]
    [DataRow(ModelKind.Llama, "rope_theta", "1e999", "finite number as 'rope_theta'")]
    [DataRow(ModelKind.Llama, "rope_parameters", "{\"rope_theta\":\"NaN\",\"rope_type\":\"default\"}", "rope_theta' but has NaN")]
    [DataRow(ModelKind.Llama, "rope_parameters", "{\"rope_theta\":20000,\"rope_type\":\"default\"}", "rope_theta 20000, and elsewhere it is 10000")]
    [DataRow(ModelKind.Llama, "num_hidden_layers", "null", "whole number 'num_hidden_layers' of at least 1 but has null")]
    [DataRow(ModelKind.Llama, "tie_word_embeddings", "false", "lacks the tensor 'lm_head.weight'")]
    [DataRow(ModelKind.Llama, "tie_word_embeddings", null, "lacks the tensor 'lm_head.weight'")]
    public void Load_SettingThatChangesNumbers_IsRefusedByName(ModelKind kind, string key, string? value, string message)
    {
        using var folder = new TemporaryFolder();
        HuggingFaceFolder.Save(TinyModels.Create(kind), folder.Root);
        JsonEdit.Set(folder.PathOf("config.json"), key, value);
        var error = Assert.Throws<Exception>(() => HuggingFaceFolder.Load(folder.Root).Dispose());
        Assert.IsTrue(error is NotSupportedException or FormatException, error.ToString());
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    [DataRow("{\"rope_theta\":500000.0,\"rope_type\":\"default\"}")]
    [DataRow("{\"rope_theta\":500000}")]
    [DataRow("{\"rope_theta\":500000,\"rope_type\":\"linear\",\"factor\":1}")]
    public void Load_RopeParametersOfTransformers5_GiveTheBase(string parameters)
    {
        using var folder = new TemporaryFolder();
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Llama), folder.Root);
        JsonEdit.Set(folder.PathOf("config.json"), "rope_theta", null);
        JsonEdit.Set(folder.PathOf("config.json"), "rope_parameters", parameters);
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        Assert.AreEqual(500000, loaded.Architecture.RopeBase);
    }

    [TestMethod]
    public void Load_KeyThatStandsTwice_IsRefused()
    {
        using var folder = new TemporaryFolder();
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Llama), folder.Root);
        var text = File.ReadAllText(folder.PathOf("config.json"));
        File.WriteAllText(folder.PathOf("config.json"), text.Replace("\"rope_theta\"", "\"rope_theta\": 500000,\n  \"rope_theta\""));
        var error = Assert.ThrowsExactly<FormatException>(() => HuggingFaceFolder.Load(folder.Root));
        StringAssert.Contains(error.Message, "is not valid JSON");
        StringAssert.Contains(error.Message, "rope_theta");
    }

    [TestMethod]
    public void Load_TiedHeadThatDiffers_IsRefusedAndAnEqualOneIsNot()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama, tied: false);
        HuggingFaceFolder.Save(model, folder.Root);
        JsonEdit.Set(folder.PathOf("config.json"), "tie_word_embeddings", "true");
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => HuggingFaceFolder.Load(folder.Root)).Message,
            "'lm_head.weight' differs from the token embedding");
        var embedding = model["token_embd.weight"];
        HuggingFaceFolder.Save(
            model.WithTensors([new ModelTensor("output.weight", embedding.Type, embedding.Shape, embedding.Data)]), folder.Root);
        JsonEdit.Set(folder.PathOf("config.json"), "tie_word_embeddings", "true");
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        Assert.IsTrue(loaded.Architecture.TiedHead);
    }

    [TestMethod]
    public void Load_WeightThatIsNoNumber_NamesTheTensor()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Gpt2);
        HuggingFaceFolder.Save(model, folder.Root);
        var bytes = File.ReadAllBytes(folder.PathOf("model.safetensors"));
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, bytes.Length - 8); // in the last tensor, the final norm's bias
        File.WriteAllBytes(folder.PathOf("model.safetensors"), bytes);
        var error = Assert.ThrowsExactly<FormatException>(() => HuggingFaceFolder.Load(folder.Root));
        StringAssert.Contains(error.Message, "'transformer.ln_f.bias' F32 [64] holds a value that is not finite, at 62");
        var values = model["output_norm.bias"].ToSingles();
        values[3] = float.PositiveInfinity;
        var infinite = model.WithTensors([ModelTensor.FromSingles("output_norm.bias", [64], values)]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => HuggingFaceFolder.Save(infinite, folder.Root)).Message, "not finite, at 3");
    }

    [TestMethod]
    [DataRow("BOOL", 1)]
    [DataRow("U8", 1)]
    [DataRow("F16", 2)]
    [DataRow("I64", 8)]
    public void Load_MaskBufferOfAnyType_IsDropped(string type, int size)
    {
        using var folder = new TemporaryFolder();
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Gpt2), folder.Root);
        AddTensor(folder.PathOf("model.safetensors"), "transformer.h.0.attn.bias", type, [1, 1, 4, 4], size);
        HuggingFaceFolder.Load(folder.Root).Dispose();
        AddTensor(folder.PathOf("model.safetensors"), "transformer.h.0.attn.extra", "BOOL", [4], 1);
        StringAssert.Contains(
            Assert.ThrowsExactly<SafetensorsFormatException>(() => HuggingFaceFolder.Load(folder.Root)).Message, "of dtype BOOL; F32");
    }

    private static void AddTensor(string path, string name, string type, int[] shape, int size)
    {
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToUInt64(bytes);
        var header = System.Text.Json.Nodes.JsonNode.Parse(bytes.AsSpan(8, length).ToArray())!.AsObject();
        var (end, added) = (bytes.Length - 8 - length, shape.Aggregate(size, (product, dimension) => product * dimension));
        header[name] = System.Text.Json.Nodes.JsonNode.Parse(
            $"{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{end},{end + added}]}}");
        var text = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. bytes.AsSpan(8 + length), .. new byte[added]]);
    }
}
