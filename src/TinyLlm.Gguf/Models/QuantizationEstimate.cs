using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>What a quantization will make of an architecture, answered before there are weights.</summary>
/// <param name="Type">The type asked for.</param>
/// <param name="ByteCount">The bytes of all tensors when every matrix takes <paramref name="Type"/>, or the type
/// that it falls back to.</param>
/// <param name="Fallbacks">The matrices whose rows are no multiple of the block, with the type that llama.cpp gives them instead.</param>
public sealed record QuantizationEstimate(
    GgufTensorType Type, long ByteCount, ImmutableArray<(string Tensor, long RowLength, GgufTensorType Given)> Fallbacks)
{
    /// <summary>Gets a warning for people where there are fallbacks, otherwise <see langword="null"/>.</summary>
    public string? Warning => Fallbacks.IsEmpty ? null :
        $"{Fallbacks.Length} matrices have rows of {string.Join(", ", Fallbacks.Select(f => f.RowLength).Distinct().Order())} values, "
        + $"and {Type} stores blocks of "
        + $"{Type.BlockSize()}: llama.cpp writes them as {string.Join(", ", Fallbacks.Select(f => f.Given).Distinct())}. "
        + $"Choose widths that are multiples of {Type.BlockSize()}.";

    internal static QuantizationEstimate Of(ModelArchitecture architecture, GgufTensorType type)
    {
        long bytes = 0;
        var fallbacks = ImmutableArray.CreateBuilder<(string, long, GgufTensorType)>();
        foreach (var (name, shape) in architecture.GetTensorShapes())
        {
            var given = TensorLayout.StaysF32(name, shape.Length) ? GgufTensorType.F32 : TypeFor(type, shape[^1]);
            if (given != type && !TensorLayout.StaysF32(name, shape.Length))
                fallbacks.Add((name, shape[^1], given));
            bytes += given.ByteCount(shape.Aggregate(1L, (product, dimension) => product * dimension));
        }

        return new QuantizationEstimate(type, bytes, fallbacks.ToImmutable());
    }

    // Source: tensor_type_fallback in llama-quant.cpp of llama.cpp v0.4.0.
    private static GgufTensorType TypeFor(GgufTensorType type, long rowLength)
    {
        if (rowLength % type.BlockSize() == 0)
            return type;
        var fallback = type switch
        {
            GgufTensorType.Q4_K => GgufTensorType.Q5_0,
            GgufTensorType.Q5_K => GgufTensorType.Q5_1,
            GgufTensorType.Q6_K => GgufTensorType.Q8_0,
            GgufTensorType.Q2_K or GgufTensorType.Q3_K or GgufTensorType.TQ1_0 or GgufTensorType.TQ2_0 or GgufTensorType.Q2_0 =>
                GgufTensorType.Q4_0,
            GgufTensorType.IQ4_XS or GgufTensorType.IQ3_S or GgufTensorType.IQ3_XXS or GgufTensorType.IQ2_S or GgufTensorType.IQ2_XS
                or GgufTensorType.IQ2_XXS or GgufTensorType.IQ1_S or GgufTensorType.IQ1_M => GgufTensorType.IQ4_NL,
            _ => GgufTensorType.F16,
        };
        return rowLength % fallback.BlockSize() == 0 ? fallback : GgufTensorType.F16;
    }
}
