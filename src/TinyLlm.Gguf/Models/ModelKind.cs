namespace TinyLlm.Gguf;

/// <summary>The networks that this library trains and converts. Others can be run, not changed.</summary>
public enum ModelKind
{
    /// <summary>GPT-2 (Radford et al. 2019): learned positions, LayerNorm, tanh-GELU, biases.</summary>
    Gpt2,

    /// <summary>Llama (<see href="https://arxiv.org/abs/2302.13971"/>): RoPE, RMSNorm, SwiGLU, grouped-query attention.</summary>
    Llama,
}
