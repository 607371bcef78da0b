using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>What is done with every setting of PEFT's <c>adapter_config.json</c>.</summary>
/// <remarks>
/// Source: the fields of <c>LoraConfig</c>, <see href="https://huggingface.co/docs/peft/package_reference/lora"/>. Which matrices are
/// adapted stands in the tensors, so that patterns of layers and exclusions have no effect of their own.
/// </remarks>
internal static class PeftSettings
{
    private static readonly string[] No = ["false"];
    private static readonly string[] None = [];
    private static readonly string[] Empty = ["[]", "{}"];

    /// <summary>Gets the table.</summary>
    public static SettingTable Table { get; } = new(
        "r lora_alpha target_modules use_rslora rank_pattern alpha_pattern lora_dropout",
        """
        base_model_name_or_path revision inference_mode fan_in_fan_out layers_to_transform layers_pattern exclude_modules megatron_core
        auto_mapping runtime_config peft_version ensure_weight_tying qalora_group_size
        """,
        ("peft_type", ["LORA"]),
        ("task_type", ["CAUSAL_LM"]),
        ("bias", ["none"]),
        ("use_dora use_qalora use_bdlora lora_bias", No),
        ("modules_to_save trainable_token_indices layer_replication target_parameters loftq_config megatron_config", Empty),
        ("eva_config corda_config lora_ga_config arrow_config alora_invocation_tokens velora_config monteclora_config kappa_tuner", None),
        // Other ways to begin change the base model's weights as well.
        ("init_lora_weights", ["true", "false", "gaussian", "orthogonal"]));
}
