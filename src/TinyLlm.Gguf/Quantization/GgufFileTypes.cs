namespace TinyLlm.Gguf;

/// <summary>What the quantizations of whole models ask for and need. Source: <c>llama-quant.cpp</c> of llama.cpp v0.4.0.</summary>
internal static class GgufFileTypes
{
    /// <summary>Returns the type that matrices take where the mixture has nothing better for them.</summary>
    public static GgufTensorType BaseType(this GgufFileType type) => type switch
    {
        GgufFileType.Q2_K or GgufFileType.Q2_K_S => GgufTensorType.Q2_K,
        GgufFileType.Q3_K_S or GgufFileType.Q3_K_M or GgufFileType.Q3_K_L => GgufTensorType.Q3_K,
        GgufFileType.Q4_K_S or GgufFileType.Q4_K_M => GgufTensorType.Q4_K,
        GgufFileType.Q5_K_S or GgufFileType.Q5_K_M => GgufTensorType.Q5_K,
        GgufFileType.IQ2_S => GgufTensorType.IQ2_XS,
        GgufFileType.IQ2_M => GgufTensorType.IQ2_S,
        GgufFileType.IQ3_XS or GgufFileType.IQ3_M => GgufTensorType.IQ3_S,
        _ => Enum.Parse<GgufTensorType>(type.ToString()),
    };

    /// <summary>Returns whether the quantizer refuses to write the type without knowing which columns matter.</summary>
    public static bool NeedsImportance(this GgufFileType type) => type is
        GgufFileType.IQ1_S or GgufFileType.IQ1_M or GgufFileType.IQ2_XXS or GgufFileType.IQ2_XS or GgufFileType.IQ2_S or GgufFileType.IQ2_M
        or GgufFileType.IQ3_XXS or GgufFileType.IQ3_XS or GgufFileType.Q2_K_S;
}
