namespace TinyLlm.Gguf;

/// <summary>Turns 32-bit numbers into the bytes of a tensor type and back.</summary>
public static class TensorCodec
{
    /// <summary>Decodes <paramref name="source"/> into <paramref name="destination"/>.</summary>
    public static void Dequantize(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination) => throw new NotSupportedException(type.ToString());

    /// <summary>Encodes rows of <paramref name="rowLength"/> values.</summary>
    public static byte[] Quantize(GgufTensorType type, ReadOnlySpan<float> source, int rowLength) => throw new NotSupportedException(type.ToString());
}
