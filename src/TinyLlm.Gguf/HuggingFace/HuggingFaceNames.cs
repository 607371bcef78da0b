namespace TinyLlm.Gguf;

/// <summary>
/// The names of tensors in Hugging Face's <c>GPT2LMHeadModel</c> and <c>LlamaForCausalLM</c>, and how their values differ from ours.
/// </summary>
/// <remarks>
/// Source: <c>modeling_gpt2.py</c>, <c>modeling_llama.py</c> of transformers, and llama.cpp's <c>convert_hf_to_gguf.py</c>.
/// </remarks>
internal static class HuggingFaceNames
{
    /// <summary>How a tensor's values are arranged.</summary>
    public enum Arrangement
    {
        Same,

        /// <summary>GPT-2's Conv1D keeps its matrices as <c>[in, out]</c>.</summary>
        Transposed,

        /// <summary>Rotary pairs are (i, i + D/2) there and (2i, 2i + 1) here; the rows of each head are in that order.</summary>
        HalfSplit,
    }

    private static readonly (string Ours, string Theirs, Arrangement Arrangement)[] Gpt2 =
    [
        ("attn_norm", "ln_1", Arrangement.Same),
        ("attn_qkv", "attn.c_attn", Arrangement.Transposed), ("attn_output", "attn.c_proj", Arrangement.Transposed),
        ("ffn_norm", "ln_2", Arrangement.Same),
        ("ffn_up", "mlp.c_fc", Arrangement.Transposed), ("ffn_down", "mlp.c_proj", Arrangement.Transposed),
    ];

    private static readonly (string Ours, string Theirs, Arrangement Arrangement)[] Llama =
    [
        ("attn_norm", "input_layernorm", Arrangement.Same), ("attn_q", "self_attn.q_proj", Arrangement.HalfSplit),
        ("attn_k", "self_attn.k_proj", Arrangement.HalfSplit), ("attn_v", "self_attn.v_proj", Arrangement.Same),
        ("attn_output", "self_attn.o_proj", Arrangement.Same), ("ffn_norm", "post_attention_layernorm", Arrangement.Same),
        ("ffn_gate", "mlp.gate_proj", Arrangement.Same), ("ffn_up", "mlp.up_proj", Arrangement.Same),
        ("ffn_down", "mlp.down_proj", Arrangement.Same),
    ];

    /// <summary>Returns the name of one of our tensors there, and its arrangement.</summary>
    public static (string Name, Arrangement Arrangement) Of(ModelKind kind, string name)
    {
        var isGpt2 = kind == ModelKind.Gpt2;
        switch (name)
        {
            case TensorLayout.TokenEmbedding: return (isGpt2 ? "transformer.wte.weight" : "model.embed_tokens.weight", Arrangement.Same);
            case TensorLayout.PositionEmbedding: return ("transformer.wpe.weight", Arrangement.Same);
            case TensorLayout.OutputNorm: return (isGpt2 ? "transformer.ln_f.weight" : "model.norm.weight", Arrangement.Same);
            case TensorLayout.OutputNormBias: return ("transformer.ln_f.bias", Arrangement.Same);
            case TensorLayout.Output: return ("lm_head.weight", Arrangement.Same);
        }

        // blk.LAYER.PART.KIND
        var parts = name.Split('.');
        var (_, theirs, arrangement) = (isGpt2 ? Gpt2 : Llama).First(entry => entry.Ours == parts[2]);
        return (
            $"{(isGpt2 ? "transformer.h" : "model.layers")}.{parts[1]}.{theirs}.{parts[3]}",
            parts[3] == "weight" ? arrangement : Arrangement.Same);
    }

    /// <summary>Returns whether a tensor of a checkpoint holds no weights: masks and tables that are computed.</summary>
    public static bool IsBuffer(string name) =>
        name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal)
            || name.EndsWith(".inv_freq", StringComparison.Ordinal);
}
