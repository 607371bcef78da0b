using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyLlm.Gguf;

/// <summary>Finds weights that are no numbers: NaN and infinities, with which a model computes nothing.</summary>
internal static class FiniteWeights
{
    /// <summary>
    /// Returns what is wrong where a tensor in F32, F16 or BF16 holds a value that is not finite, with its name and the place; null where
    /// nothing is. Other types are not looked at.
    /// </summary>
    public static string? Problem(ModelTensor tensor) => IndexOf(tensor.Type, tensor.Data.Span) is >= 0 and var at
        ? $"'{tensor.Name}' {tensor.Type} [{string.Join(", ", tensor.Shape)}] holds a value that is not finite, at {at:N0}: "
            + "the model diverged, or a conversion to 16 bits was too narrow for it."
        : null;

    /// <summary>Returns the place of the first value that is not finite; -1 where there is none.</summary>
    public static int IndexOf(ReadOnlySpan<float> values) => IndexOf(GgufTensorType.F32, MemoryMarshal.AsBytes(values));

    /// <summary>Returns the place of a tensor's first value that is not finite, decoded where it must be; -1 where there is none.</summary>
    public static int IndexOf(ModelTensor tensor) =>
        tensor.Type.IsQuantized() ? IndexOf(tensor.ToSingles()) : IndexOf(tensor.Type, tensor.Data.Span);

    /// <summary>Returns the place of the first value that is not finite; -1 where there is none, or the type is quantized.</summary>
    public static int IndexOf(GgufTensorType type, ReadOnlySpan<byte> data) => type switch
    {
        // All bits of the exponent are set.
        GgufTensorType.F32 => IndexOf(MemoryMarshal.Cast<byte, uint>(data), 0x7F800000u),
        GgufTensorType.F16 => IndexOf(MemoryMarshal.Cast<byte, ushort>(data), (ushort)0x7C00),
        GgufTensorType.BF16 => IndexOf(MemoryMarshal.Cast<byte, ushort>(data), (ushort)0x7F80),
        _ => -1,
    };

    private static int IndexOf<T>(ReadOnlySpan<T> values, T exponent)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var (i, mask) = (0, Vector256.Create(exponent));
        for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            if (Vector256.EqualsAny(Vector256.Create(values.Slice(i, Vector256<T>.Count)) & mask, mask))
                break;
        }

        for (; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent)
                return i;
        }

        return -1;
    }
}
