using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>A model's architecture as <c>config.json</c>, both ways.</summary>
internal static class HuggingFaceConfig
{
    public static ModelArchitecture Read(string path, bool hasHead)
    {
        using var json = JsonFile.Parse(path);
        var root = json.RootElement;
        var name = root.TryGetProperty("architectures", out var architectures) && architectures.ValueKind == JsonValueKind.Array
            && architectures.GetArrayLength() == 1
            ? architectures[0].GetString()
            : null;
        return name switch
        {
            "GPT2LMHeadModel" => ReadGpt2(path, root, hasHead),
            "LlamaForCausalLM" => ReadLlama(path, root, hasHead),
            _ => throw new NotSupportedException(
                $"'{path}' describes {name ?? "no single architecture"}; GPT2LMHeadModel and LlamaForCausalLM are supported."),
        };
    }

    public static void Write(string path, ModelArchitecture a, ModelVocabulary vocabulary) => JsonFile.Write(path, json =>
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(a.Kind == ModelKind.Gpt2 ? "GPT2LMHeadModel" : "LlamaForCausalLM");
        json.WriteEndArray();
        json.WriteString("model_type", a.Name);
        json.WriteNumber("vocab_size", a.VocabularySize);
        json.WriteBoolean("tie_word_embeddings", a.TiedHead);
        if (vocabulary.BeginToken is { } begin)
            json.WriteNumber("bos_token_id", begin);
        if (vocabulary.EndToken is { } end)
            json.WriteNumber("eos_token_id", end);
        if (a.Kind == ModelKind.Gpt2)
        {
            json.WriteNumber("n_embd", a.EmbeddingLength);
            json.WriteNumber("n_layer", a.LayerCount);
            json.WriteNumber("n_head", a.HeadCount);
            json.WriteNumber("n_positions", a.ContextLength);
            json.WriteNumber("n_inner", a.FeedForwardLength);
            json.WriteNumber("layer_norm_epsilon", a.NormEpsilon);
            json.WriteString("activation_function", "gelu_new");
        }
        else
        {
            json.WriteNumber("hidden_size", a.EmbeddingLength);
            json.WriteNumber("num_hidden_layers", a.LayerCount);
            json.WriteNumber("num_attention_heads", a.HeadCount);
            json.WriteNumber("num_key_value_heads", a.KeyValueHeadCount);
            json.WriteNumber("intermediate_size", a.FeedForwardLength);
            json.WriteNumber("max_position_embeddings", a.ContextLength);
            json.WriteNumber("rms_norm_eps", a.NormEpsilon);
            json.WriteNumber("rope_theta", a.RopeBase);
            json.WriteString("hidden_act", "silu");
        }
    });

    private static ModelArchitecture ReadGpt2(string path, JsonElement root, bool hasHead)
    {
        Expect(path, root, "activation_function", "gelu_new", isDefault: true);
        Refuse(path, root, "scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn");
        return new ModelArchitecture
        {
            Kind = ModelKind.Gpt2,
            EmbeddingLength = Size(path, root, "n_embd"),
            LayerCount = Size(path, root, "n_layer"),
            HeadCount = Size(path, root, "n_head"),
            KeyValueHeadCount = Size(path, root, "n_head"),
            ContextLength = Size(path, root, "n_positions", "n_ctx"),
            FeedForwardLength = HasValue(root, "n_inner") ? Size(path, root, "n_inner") : 4 * Size(path, root, "n_embd"),
            VocabularySize = Size(path, root, "vocab_size"),
            NormEpsilon = Number(root, "layer_norm_epsilon", 1e-5),
            TiedHead = !hasHead || Flag(root, "tie_word_embeddings", true),
        };
    }

    private static ModelArchitecture ReadLlama(string path, JsonElement root, bool hasHead)
    {
        Expect(path, root, "hidden_act", "silu", isDefault: true);
        Refuse(path, root, "attention_bias", "mlp_bias");
        if (HasValue(root, "rope_scaling"))
            throw new NotSupportedException($"'{path}' scales rotary positions (rope_scaling), which is not supported.");
        var (width, heads) = (Size(path, root, "hidden_size"), Size(path, root, "num_attention_heads"));
        if (HasValue(root, "head_dim") && Size(path, root, "head_dim") != width / heads)
            throw new NotSupportedException(
                $"'{path}' has heads of {Size(path, root, "head_dim")}; {width / heads} (hidden_size / num_attention_heads) is supported.");
        return new ModelArchitecture
        {
            Kind = ModelKind.Llama,
            EmbeddingLength = width,
            LayerCount = Size(path, root, "num_hidden_layers"),
            HeadCount = heads,
            KeyValueHeadCount = HasValue(root, "num_key_value_heads") ? Size(path, root, "num_key_value_heads") : heads,
            ContextLength = Size(path, root, "max_position_embeddings"),
            FeedForwardLength = Size(path, root, "intermediate_size"),
            VocabularySize = Size(path, root, "vocab_size"),
            NormEpsilon = Number(root, "rms_norm_eps", 1e-6),
            RopeBase = Number(root, "rope_theta", 10000),
            TiedHead = !hasHead || Flag(root, "tie_word_embeddings", false),
        };
    }

    private static int Size(string path, JsonElement root, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size)
                && size > 0)
                return size;
        }

        throw new FormatException($"'{path}' must have the whole number '{keys[0]}' of at least 1.");
    }

    private static bool HasValue(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    private static double Number(JsonElement root, string key, double standard) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : standard;

    private static bool Flag(JsonElement root, string key, bool standard) =>
        root.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : standard;

    private static void Expect(string path, JsonElement root, string key, string expected, bool isDefault)
    {
        var found = root.TryGetProperty(key, out var value) ? value.GetString() : isDefault ? expected : null;
        if (found != expected)
            throw new NotSupportedException($"'{path}' has {key} '{found}'; '{expected}' is supported.");
    }

    private static void Refuse(string path, JsonElement root, params ReadOnlySpan<string> flags)
    {
        foreach (var flag in flags)
        {
            if (Flag(root, flag, false))
                throw new NotSupportedException($"'{path}' sets {flag}, which is not supported.");
        }
    }
}
