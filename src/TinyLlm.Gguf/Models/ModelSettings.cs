namespace TinyLlm.Gguf;

/// <summary>What is done with every key of a model's GGUF metadata that llama.cpp computes or tokenizes with.</summary>
/// <remarks>
/// Source: <c>llama-arch.cpp</c>, <c>llama-hparams.h</c>, <c>llama-model.cpp</c> and <c>llama-vocab.cpp</c> of llama.cpp v0.4.0. What only
/// the engine applies is refused here, as trained and converted numbers would differ from the engine's. Keys of other beginnings
/// (<c>general</c>, <c>quantize</c>, <c>tinyllm</c> and so on) tell about the file, and stay as they are.
/// </remarks>
internal static class ModelSettings
{
    private const string TokenizerPrefix = "tokenizer.ggml.";

    private static readonly string[] Zero = ["0"];
    private static readonly string[] ZeroOrOne = ["0", "1"];
    private static readonly string[] No = ["false"];

    // Keys of gpt2.* and llama.*; 0 stands for "not set" in llama.cpp.
    private static readonly SettingTable Network = new(
        """
        context_length embedding_length block_count feed_forward_length attention.head_count attention.head_count_kv vocab_size
        attention.layer_norm_epsilon attention.layer_norm_rms_epsilon rope.dimension_count rope.freq_base attention.key_length
        attention.value_length
        """,
        "rope.scaling.original_context_length rope.scaling.finetuned",
        ("rope.scaling.factor rope.scale_linear rope.scaling.attn_factor", ZeroOrOne),
        ("rope.scaling.type", ["none", "linear"]),
        ("attention.clamp_kqv attention.max_alibi_bias attention.sliding_window attention.scale pooling_type", Zero),
        ("logit_scale residual_scale embedding_scale expert_weights_scale", ZeroOrOne),
        (
            "expert_count expert_used_count expert_shared_count expert_group_count expert_group_used_count expert_feed_forward_length "
            + "expert_shared_feed_forward_length expert_gating_func leading_dense_block_count interleave_moe_layer_step "
            + "nextn_predict_layers attn_logit_softcapping final_logit_softcapping router_logit_softcapping moe_every_n_layers token_shift_count",
            Zero),
        ("attention.causal", ["true"]),
        ("use_parallel_residual swin_norm expert_weights_norm", No),
        ("tensor_data_layout", ["reference", "Meta AI original pth"]));

    private static readonly SettingTable Tokenizer = new(
        """
        model pre tokens token_type merges bos_token_id eos_token_id unknown_token_id padding_token_id add_bos_token eot_token_id
        eom_token_id
        """,
        """
        scores token_type_count seperator_token_id separator_token_id mask_token_id cls_token_id prefix_token_id suffix_token_id
        middle_token_id fim_pre_token_id fim_suf_token_id fim_mid_token_id fim_pad_token_id fim_rep_token_id fim_sep_token_id
        """,
        ("add_eos_token add_sep_token add_space_prefix remove_extra_whitespaces escape_whitespaces", No));

    private static readonly SettingTable General = new("architecture", "", ("type", ["model"]));

    private static readonly SettingTable Split = new("", "no tensors.count", ("count", ZeroOrOne));

    /// <summary>Gets the tables with what their keys begin with; <c>*</c> is the architecture.</summary>
    public static IEnumerable<(string Prefix, SettingTable Table)> Tables =>
        [("general.", General), ("*.", Network), (TokenizerPrefix, Tokenizer), ("split.", Split)];

    /// <summary>Returns what in a model's metadata this library does not compute with, and where the first such value stands.</summary>
    public static (string Message, long Offset)? Problem(GgufMetadata metadata, ModelArchitecture architecture)
    {
        var problems = new List<string>();
        long? offset = null;
        foreach (var (key, value) in metadata)
        {
            if (Problem(key, value, architecture) is not { } problem)
                continue;
            problems.Add(problem);
            offset ??= value.Offset;
        }

        return offset is { } at
            ? ($"The metadata have {string.Join(", and ", problems)}. llama.cpp may run such a file; it is not trained or converted.", at)
            : null;
    }

    private static string? Problem(string key, GgufValue value, ModelArchitecture architecture)
    {
        var text = SettingTable.Text(value);
        if (key == "general.type")
            return Named(General, "general.");
        if (key.StartsWith("split.", StringComparison.Ordinal))
            return key == "split.count" && text is not ("0" or "1")
                ? $"split.count '{text}': the model is in several files; join them with llama-gguf-split --merge of llama.cpp"
                : Named(Split, "split.");
        if (key.StartsWith(TokenizerPrefix, StringComparison.Ordinal))
            return Named(Tokenizer, TokenizerPrefix);
        var prefix = architecture.Name + ".";
        if (!key.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        // A head of its own size, or partly turned, would be another network.
        if (key[prefix.Length..] is "attention.key_length" or "attention.value_length" or "rope.dimension_count")
            return Must(architecture.HeadSize);
        if (key[prefix.Length..] is "vocab_size")
            return Must(architecture.VocabularySize);
        return Named(Network, prefix);

        string? Named(SettingTable table, string start) => table.Problem(key[start.Length..], text) is { } problem ? start + problem : null;

        string? Must(int expected) => text == expected.ToString(System.Globalization.CultureInfo.InvariantCulture)
            ? null
            : $"{key} '{text}'; '{expected}' is supported";
    }
}
