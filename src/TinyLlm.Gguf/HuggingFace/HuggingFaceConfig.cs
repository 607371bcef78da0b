using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>A model's architecture as <c>config.json</c>, both ways.</summary>
internal static class HuggingFaceConfig
{
    public const string FileName = "config.json";

    public static ModelArchitecture Read(string path)
    {
        using var json = JsonFile.Parse(path);
        var settings = new JsonSettings($"'{path}'", json.RootElement);
        if (KindOf(settings) == ModelKind.Gpt2)
        {
            HuggingFaceSettings.Gpt2.Check(settings.Where, settings.Root);
            return ReadGpt2(settings);
        }

        HuggingFaceSettings.Llama.Check(settings.Where, settings.Root);
        return ReadLlama(settings);
    }

    public static void Write(string path, LanguageModel model) => JsonFile.Write(path, json =>
    {
        var (a, vocabulary) = (model.Architecture, model.Vocabulary);
        json.WriteStartArray("architectures");
        json.WriteStringValue(a.Kind == ModelKind.Gpt2 ? "GPT2LMHeadModel" : "LlamaForCausalLM");
        json.WriteEndArray();
        json.WriteString("model_type", a.Name);
        json.WriteNumber("vocab_size", a.VocabularySize);
        json.WriteBoolean("tie_word_embeddings", a.TiedHead);
        if (vocabulary.BeginToken is { } begin)
            json.WriteNumber("bos_token_id", begin);
        EndTokens.Write(json, vocabulary, model.Metadata);
        if (vocabulary.PaddingToken is { } padding)
            json.WriteNumber("pad_token_id", padding);
        if (a.Kind == ModelKind.Gpt2)
        {
            json.WriteNumber("n_embd", a.EmbeddingLength);
            json.WriteNumber("n_layer", a.LayerCount);
            json.WriteNumber("n_head", a.HeadCount);
            json.WriteNumber("n_positions", a.ContextLength);
            json.WriteNumber("n_ctx", a.ContextLength); // convert_hf_to_gguf.py of llama.cpp reads this one
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

    private static ModelKind KindOf(JsonSettings settings)
    {
        // transformers 5 may leave the class out; the type tells it as well.
        string? name = null;
        if (settings.Has("architectures"))
        {
            var classes = settings.Root.GetProperty("architectures");
            name = classes.ValueKind == JsonValueKind.Array && classes.GetArrayLength() == 1 && classes[0].ValueKind == JsonValueKind.String
                ? classes[0].GetString()
                : "no single architecture";
        }

        var type = settings.Text("model_type");
        name ??= type switch { "gpt2" => "GPT2LMHeadModel", "llama" => "LlamaForCausalLM", null => "no architecture", _ => type };
        var (kind, expected) = name switch
        {
            "GPT2LMHeadModel" => (ModelKind.Gpt2, "gpt2"),
            "LlamaForCausalLM" => (ModelKind.Llama, "llama"),
            _ => throw new NotSupportedException(
                $"{settings.Where} describes {name}; GPT2LMHeadModel and LlamaForCausalLM are supported."),
        };
        return type is null || type == expected
            ? kind
            : throw new NotSupportedException($"{settings.Where} has model_type '{type}', and {name} is of '{expected}'.");
    }

    private static ModelArchitecture ReadGpt2(JsonSettings settings)
    {
        var (width, layers, heads) = (settings.Size("n_embd"), settings.Size("n_layer"), settings.Size("n_head"));
        var context = settings.Size(settings.Has("n_positions") || !settings.Has("n_ctx") ? "n_positions" : "n_ctx");
        // transformers takes these for other names of the same.
        Same(settings, "n_ctx", context);
        Same(settings, "max_position_embeddings", context);
        Same(settings, "hidden_size", width);
        Same(settings, "num_hidden_layers", layers);
        Same(settings, "num_attention_heads", heads);
        return new ModelArchitecture
        {
            Kind = ModelKind.Gpt2,
            EmbeddingLength = width,
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = heads,
            ContextLength = context,
            FeedForwardLength = settings.Has("n_inner") ? settings.Size("n_inner") : 4 * width,
            VocabularySize = settings.Size("vocab_size"),
            NormEpsilon = settings.Number("layer_norm_epsilon", 1e-5),
            TiedHead = settings.Flag("tie_word_embeddings", true),
        };
    }

    private static ModelArchitecture ReadLlama(JsonSettings settings)
    {
        var (width, heads) = (settings.Size("hidden_size"), settings.Size("num_attention_heads"));
        if (settings.Has("head_dim") && settings.Size("head_dim") != width / heads)
            throw new NotSupportedException(
                $"{settings.Where} has head_dim {settings.Size("head_dim")}; {width / heads} (hidden_size / num_attention_heads) "
                + "is supported.");
        if (settings.Has("layer_types") && settings.Root.GetProperty("layer_types") is var types
            && (types.ValueKind != JsonValueKind.Array || types.EnumerateArray().Any(type => SettingTable.Text(type) != "full_attention")))
            throw new NotSupportedException(
                $"{settings.Where} has layer_types {SettingTable.Text(types)}; 'full_attention' in every layer is supported.");
        return new ModelArchitecture
        {
            Kind = ModelKind.Llama,
            EmbeddingLength = width,
            LayerCount = settings.Size("num_hidden_layers"),
            HeadCount = heads,
            KeyValueHeadCount = settings.Has("num_key_value_heads") ? settings.Size("num_key_value_heads") : heads,
            ContextLength = settings.Size("max_position_embeddings"),
            FeedForwardLength = settings.Size("intermediate_size"),
            VocabularySize = settings.Size("vocab_size"),
            NormEpsilon = settings.Number("rms_norm_eps", 1e-6),
            RopeBase = RopeBase(settings),
            TiedHead = settings.Flag("tie_word_embeddings", false),
        };
    }

    // transformers 4 has rope_theta and rope_scaling, transformers 5 both in rope_parameters.
    private static double RopeBase(JsonSettings settings)
    {
        double? found = settings.Root.TryGetProperty("rope_theta", out _) ? settings.Number("rope_theta", 0) : null;
        foreach (var key in new[] { "rope_scaling", "rope_parameters" })
        {
            if (!settings.Has(key))
                continue;
            var rope = new JsonSettings($"{key} of {settings.Where}", settings.Root.GetProperty(key));
            var isLinear = rope.Root.ValueKind == JsonValueKind.Object && (rope.Text("rope_type") ?? rope.Text("type")) == "linear";
            (isLinear ? HuggingFaceSettings.LinearRope : HuggingFaceSettings.Rope).Check(rope.Where, rope.Root);
            if (!rope.Has("rope_type") && !rope.Has("type") && (key == "rope_scaling" || !rope.Has("rope_theta")))
                throw new NotSupportedException($"{rope.Where} has no rope_type; 'default' is supported.");
            if (isLinear && !rope.Has("factor"))
                throw new FormatException($"{rope.Where} is linear and has no factor.");
            foreach (var type in new[] { "rope_type", "type" })
            {
                if (isLinear && rope.Text(type) is { } text and not "linear")
                    throw new NotSupportedException($"{rope.Where} has {type} '{text}' beside 'linear'.");
            }

            if (!rope.Root.TryGetProperty("rope_theta", out _))
                continue;
            var theta = rope.Number("rope_theta", 0);
            if (found is { } other && other != theta)
                throw new FormatException($"{rope.Where} has rope_theta {theta:R}, and elsewhere it is {other:R}.");
            found = theta;
        }

        return found ?? 10000;
    }

    private static void Same(JsonSettings settings, string key, int expected)
    {
        if (settings.Has(key) && settings.Size(key) != expected)
            throw new NotSupportedException($"{settings.Where} has {key} {settings.Size(key)}; {expected} is expected beside the others.");
    }
}
