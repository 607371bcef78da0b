namespace TinyLlm.Gguf;

/// <summary>What is done with every setting of a Hugging Face folder, a table for each file.</summary>
/// <remarks>
/// Sources: <c>configuration_utils.py</c>, <c>configuration_gpt2.py</c>, <c>configuration_llama.py</c>, <c>modeling_rope_utils.py</c> and
/// <c>tokenization_utils_base.py</c> of transformers 4 and 5. Rates of dropout, initial ranges and the like shape training there, not the
/// numbers of the model.
/// </remarks>
internal static class HuggingFaceSettings
{
    private static readonly string[] No = ["false"];
    private static readonly string[] Zero = ["0"];
    private static readonly string[] One = ["1"];
    private static readonly string[] None = [];

    // What transformers keeps in the configuration of every kind of model.
    private static readonly SettingTable AnyModel = new(
        "architectures model_type vocab_size tie_word_embeddings bos_token_id eos_token_id pad_token_id _name_or_path",
        """
        transformers_version torch_dtype dtype use_cache initializer_range attn_implementation _attn_implementation
        _attn_implementation_autoset _flash_attn_2_enabled _commit_hash return_dict output_hidden_states output_attentions torchscript
        use_bfloat16 tf_legacy_loss is_decoder gradient_checkpointing finetuning_task id2label label2id _num_labels num_labels problem_type
        tokenizer_class task_specific_params unsloth_version unsloth_fixed is_llama_config output_scores return_dict_in_generate
        decoder_start_token_id sep_token_id tie_encoder_decoder remove_invalid_values
        """,
        ("is_encoder_decoder add_cross_attention", No),
        ("chunk_size_feed_forward", Zero),
        ("pruned_heads", ["{}"]),
        ("quantization_config auto_map cross_attention_hidden_size prefix", None));

    // Settings of a call of generate(), which configurations of transformers 4 hold as well.
    private static readonly SettingTable Call = new(
        "temperature top_k top_p min_p repetition_penalty do_sample",
        "max_length max_new_tokens num_return_sequences early_stopping length_penalty use_cache output_logits max_time",
        ("num_beams num_beam_groups encoder_repetition_penalty guidance_scale typical_p epsilon_cutoff eta_cutoff", ["1", "0"]),
        ("min_length min_new_tokens no_repeat_ngram_size encoder_no_repeat_ngram_size diversity_penalty", Zero),
        ("renormalize_logits token_healing low_memory", No),
        ("suppress_tokens begin_suppress_tokens bad_words_ids force_words_ids sequence_bias", ["[]"]),
        (
            "forced_bos_token_id forced_eos_token_id forced_decoder_ids exponential_decay_length_penalty constraints stop_strings "
            + "penalty_alpha dola_layers watermarking_config",
            None));

    /// <summary>Gets <c>config.json</c> of <c>GPT2LMHeadModel</c>.</summary>
    public static SettingTable Gpt2 { get; } = Join(AnyModel, Call).And(
        """
        n_embd n_layer n_head n_positions n_ctx n_inner layer_norm_epsilon hidden_size num_hidden_layers num_attention_heads
        max_position_embeddings
        """,
        """
        resid_pdrop embd_pdrop attn_pdrop summary_type summary_use_proj summary_activation summary_proj_to_labels summary_first_dropout
        """,
        ("activation_function", ["gelu_new", "gelu_pytorch_tanh"]),
        ("scale_attn_weights", ["true"]),
        ("scale_attn_by_inverse_layer_idx reorder_and_upcast_attn", No));

    /// <summary>Gets <c>config.json</c> of <c>LlamaForCausalLM</c>.</summary>
    public static SettingTable Llama { get; } = Join(AnyModel, Call).And(
        """
        hidden_size num_hidden_layers num_attention_heads num_key_value_heads head_dim intermediate_size max_position_embeddings
        rms_norm_eps rope_theta rope_scaling rope_parameters layer_types
        """,
        "attention_dropout max_window_layers",
        ("hidden_act", ["silu"]),
        ("attention_bias mlp_bias use_sliding_window rope_interleaved", No),
        ("pretraining_tp partial_rotary_factor", One),
        ("sliding_window", None));

    /// <summary>Gets <c>rope_scaling</c> and <c>rope_parameters</c> of a Llama.</summary>
    public static SettingTable Rope { get; } = new(
        "rope_theta",
        "original_max_position_embeddings",
        ("rope_type type", ["default"]),
        ("factor partial_rotary_factor attention_factor", One),
        ("beta_fast beta_slow short_factor long_factor low_freq_factor high_freq_factor mscale mscale_all_dim truncate", None));

    /// <summary>Gets the same where its type is <c>linear</c>, which does nothing with a factor of 1.</summary>
    public static SettingTable LinearRope { get; } = new(
        "rope_theta rope_type type", "original_max_position_embeddings", ("factor partial_rotary_factor attention_factor", One));

    /// <summary>Gets <c>generation_config.json</c>.</summary>
    public static SettingTable Generation { get; } = Call.And(
        "bos_token_id eos_token_id pad_token_id",
        """
        _from_model_config transformers_version output_attentions output_hidden_states output_scores return_dict_in_generate
        cache_implementation cache_config return_legacy_cache compile_config disable_compile decoder_start_token_id trust_remote_code
        num_assistant_tokens num_assistant_tokens_schedule assistant_confidence_threshold prompt_lookup_num_tokens max_matching_ngram_size
        assistant_early_exit assistant_lookbehind target_lookbehind is_assistant remove_invalid_values prefill_chunk_size generation_kwargs
        """,
        ("top_h use_mtp", None));

    /// <summary>Gets <c>tokenizer_config.json</c>.</summary>
    public static SettingTable TokenizerConfig { get; } = new(
        """
        bos_token eos_token unk_token pad_token cls_token sep_token mask_token additional_special_tokens extra_special_tokens add_bos_token
        added_tokens_decoder chat_template tokenizer_class model_specific_special_tokens
        """,
        """
        model_max_length padding_side truncation_side model_input_names name_or_path special_tokens_map_file tokenizer_file vocab_file
        merges_file clean_up_tokenization_spaces errors processor_class use_fast legacy sp_model_kwargs device_map max_len max_length stride
        truncation_strategy pad_to_multiple_of pad_token_type_id trust_remote_code from_slow use_default_system_prompt is_local backend
        local_files_only return_token_type_ids verbose split_special_tokens padding truncation
        """,
        ("add_eos_token add_prefix_space do_lower_case do_lowercase", No),
        ("auto_map", None));

    /// <summary>Gets <c>special_tokens_map.json</c>.</summary>
    public static SettingTable SpecialTokens { get; } = new(
        "bos_token eos_token unk_token pad_token cls_token sep_token mask_token additional_special_tokens extra_special_tokens", "");

    /// <summary>Gets a token in <c>added_tokens</c>, <c>added_tokens_decoder</c> or under the name of a special token.</summary>
    public static SettingTable AddedToken { get; } = new(
        "id content special normalized", "__type", ("single_word lstrip rstrip", No));

    /// <summary>Gets <c>tokenizer.json</c>.</summary>
    public static SettingTable Tokenizer { get; } = new(
        "added_tokens pre_tokenizer post_processor decoder model normalizer", "version", ("truncation padding", None));

    /// <summary>Gets <c>model</c> of <c>tokenizer.json</c>.</summary>
    public static SettingTable Bpe { get; } = new(
        "vocab merges unk_token",
        "",
        ("type", ["BPE"]),
        ("dropout", Zero),
        ("continuing_subword_prefix end_of_word_suffix", [""]),
        ("fuse_unk byte_fallback ignore_merges", No));

    private static SettingTable Join(SettingTable a, SettingTable b) => a.And(
        string.Join(' ', b.Honoured),
        string.Join(' ', b.WithoutEffect.Except(a.WithoutEffect, StringComparer.Ordinal)),
        [.. b.Refused.Select(entry => (entry.Name, entry.Neutral))]);
}
