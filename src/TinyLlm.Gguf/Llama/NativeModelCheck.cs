using System.Collections.Frozen;

namespace TinyLlm.Gguf.Llama;

/// <summary>
/// Stands before every model that llama.cpp loads or quantizes: it ends the process where a file contradicts itself, and takes what it
/// does not know for the model's own. What is not known to be right here is refused by name.
/// </summary>
/// <remarks>Source: <c>llama-model.cpp</c>, <c>models/gpt2.cpp</c>, <c>llama.cpp</c> and <c>qwen2.cpp</c> of llama.cpp v0.4.0.</remarks>
internal static class NativeModelCheck
{
    private const int MostLayers = 512; // LLAMA_MAX_LAYERS

    /// <summary>Checks a file.</summary>
    /// <exception cref="GgufFormatException">It would not be safe, or not right, to let llama.cpp load it.</exception>
    public static NativeModel Check(GgufFile file)
    {
        var keys = new NativeKeys(file.Metadata);
        var name = keys.Require("general.architecture", keys.Text("general.architecture"));
        if (name is not ("gpt2" or "llama" or "qwen2"))
        {
            throw keys.Fault(
                "general.architecture", "models of gpt2, llama and qwen2 are run; others cannot be checked before native code");
        }

        if (keys.Text("general.type") is not (null or "model"))
            throw keys.Fault("general.type", "\"model\" is expected");
        _ = keys.Text("general.name");
        _ = keys.Number("general.file_type");
        _ = keys.Number("general.quantization_version");
        var sizes = ReadSizes(file, keys, name);
        ReadPositions(keys, name, sizes.HeadSize);
        var embedding = file.FindTensor(TensorLayout.TokenEmbedding)
            ?? throw new GgufFormatException($"The tensor '{TensorLayout.TokenEmbedding}' is missing.", 0);
        var vocabulary = NativeVocabulary.Check(keys, name, embedding);
        keys.RefuseUnread(name + ".", "tokenizer.ggml.", "split.", "general.sampling.");
        foreach (var (key, value) in file.Metadata)
        {
            if (value.Value is GgufArray { ElementType: GgufValueType.Array })
                throw keys.Fault(key, "llama.cpp reads no arrays of arrays");
        }

        NativeTensors.Check(file, name, sizes);
        return new NativeModel(
            name, sizes.LayerCount, sizes.EmbeddingLength, sizes.HeadCount, sizes.KeyValueLength, sizes.FeedForwardLength,
            sizes.ContextLength, vocabulary,
            file.Tensors.Where(tensor => tensor.Shape.Length == 2).ToFrozenDictionary(tensor => tensor.Name, StringComparer.Ordinal));
    }

    private static NativeSizes ReadSizes(GgufFile file, NativeKeys keys, string name)
    {
        var layers = Size("block_count", MostLayers);
        // Before anything is made for each of them.
        if ((long)layers * NativeTensors.LeastOfLayer(name) > file.Tensors.Length)
            throw keys.Fault($"{name}.block_count", $"the file's {file.Tensors.Length} tensors are not those of so many blocks");
        var width = Size("embedding_length");
        var heads = Size("attention.head_count", width);
        var keyValueHeads = keys.Number($"{name}.attention.head_count_kv", 1, heads) ?? heads;
        if (heads % keyValueHeads != 0)
            throw keys.Fault($"{name}.attention.head_count_kv", $"a divisor of the {heads} heads is expected");
        if (width % heads != 0)
            throw keys.Fault($"{name}.attention.head_count", $"a divisor of the width {width} is expected");
        // Only llama's heads may be wider or narrower than their share.
        var (least, most) = name == "llama" ? (1, 1 << 16) : (width / heads, width / heads);
        var headSize = keys.Number($"{name}.attention.key_length", least, most) ?? width / heads;
        if (width / heads != headSize && !file.Metadata.ContainsKey($"{name}.attention.value_length"))
            throw keys.Fault($"{name}.attention.key_length", $"'{name}.attention.value_length' of the same length is expected beside it");
        _ = keys.Number($"{name}.attention.value_length", headSize, headSize);
        _ = keys.Real($"{name}.attention.{(name == "gpt2" ? "layer_norm_epsilon" : "layer_norm_rms_epsilon")}")
            ?? keys.Require<float>($"{name}.attention.{(name == "gpt2" ? "layer_norm_epsilon" : "layer_norm_rms_epsilon")}", null);
        foreach (var absent in new[] { "expert_count", "expert_used_count", "nextn_predict_layers", "pooling_type" })
            _ = keys.Number($"{name}.{absent}", 0, 0);
        if (keys.Flag($"{name}.attention.causal") is false)
            throw keys.Fault($"{name}.attention.causal", "models that look at what follows are not run");
        keys.Pass($"{name}.tensor_data_layout");
        return new NativeSizes(
            layers, width, heads, headSize, keyValueHeads * headSize, Size("feed_forward_length"), Size("context_length"));

        int Size(string key, int most = int.MaxValue) => keys.Require($"{name}.{key}", keys.Number($"{name}.{key}", 1, most));
    }

    private static void ReadPositions(NativeKeys keys, string name, int headSize)
    {
        var prefix = $"{name}.rope.";
        _ = keys.Number(prefix + "dimension_count", headSize, headSize);
        if (name == "gpt2")
            return;
        if (headSize % 2 != 0)
            throw new GgufFormatException($"The heads are {headSize} wide, and rotary positions turn pairs.", 0);
        _ = keys.Real(prefix + "freq_base", above: 1);
        if (keys.Text(prefix + "scaling.type") is not (null or "none" or "linear" or "yarn"))
            throw keys.Fault(prefix + "scaling.type", "\"none\", \"linear\" or \"yarn\" is expected");
        _ = keys.Real(prefix + "scaling.factor");
        _ = keys.Real(prefix + "scale_linear");
        _ = keys.Real(prefix + "scaling.attn_factor");
        _ = keys.Real(prefix + "scaling.yarn_log_multiplier", above: -1);
        _ = keys.Real(prefix + "scaling.yarn_ext_factor", above: -2); // -1 leaves it to the type
        _ = keys.Real(prefix + "scaling.yarn_attn_factor", above: -2);
        _ = keys.Real(prefix + "scaling.yarn_beta_fast", above: -2);
        _ = keys.Real(prefix + "scaling.yarn_beta_slow", above: -2);
        _ = keys.Number(prefix + "scaling.original_context_length", least: 1);
        _ = keys.Flag(prefix + "scaling.finetuned");
    }
}
