namespace TinyLlm.Gguf;

/// <summary>Turns 32-bit numbers into the bytes of a tensor type and back, bit for bit as ggml's reference code does.</summary>
/// <remarks>
/// Source: <c>ggml-quants.c</c> of llama.cpp v0.4.0; the tests compare with <c>ggml_quantize_chunk</c> of the same release.
/// </remarks>
public static class TensorCodec
{
    /// <summary>Returns whether <see cref="Quantize"/> knows the type.</summary>
    public static bool CanQuantize(GgufTensorType type) => type is
        GgufTensorType.F32 or GgufTensorType.F16 or GgufTensorType.BF16 or GgufTensorType.Q8_0
        or GgufTensorType.Q4_0 or GgufTensorType.Q4_1 or GgufTensorType.Q5_0 or GgufTensorType.Q5_1;

    /// <summary>Returns whether <see cref="Dequantize"/> knows the type.</summary>
    public static bool CanDequantize(GgufTensorType type) =>
        CanQuantize(type) || type is GgufTensorType.Q4_K or GgufTensorType.Q5_K or GgufTensorType.Q6_K;

    /// <summary>Decodes <paramref name="source"/> into <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The bytes are not as many as the numbers take.</exception>
    /// <exception cref="NotSupportedException">There is no decoder for the type.</exception>
    public static void Dequantize(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (type.ByteCount(destination.Length) != source.Length)
        {
            throw new ArgumentException(
                $"{destination.Length} values of {type} take {type.ByteCount(destination.Length)} bytes, and {source.Length} were given.",
                nameof(source));
        }

        switch (type)
        {
            case GgufTensorType.F32: source.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(destination)); break;
            case GgufTensorType.F16: HalfCodec.DecodeF16(source, destination); break;
            case GgufTensorType.BF16: HalfCodec.DecodeBF16(source, destination); break;
            case GgufTensorType.Q8_0: Blocks32.DecodeQ8_0(source, destination); break;
            case GgufTensorType.Q4_0: Blocks32.DecodeQ4_0(source, destination); break;
            case GgufTensorType.Q4_1: Blocks32.DecodeQ4_1(source, destination); break;
            case GgufTensorType.Q5_0: Blocks32.DecodeQ5_0(source, destination); break;
            case GgufTensorType.Q5_1: Blocks32.DecodeQ5_1(source, destination); break;
            case GgufTensorType.Q4_K: Blocks256.DecodeQ4_K(source, destination); break;
            case GgufTensorType.Q5_K: Blocks256.DecodeQ5_K(source, destination); break;
            case GgufTensorType.Q6_K: Blocks256.DecodeQ6_K(source, destination); break;
            default:
                throw new NotSupportedException(
                $"There is no decoder for {type}; load a file in F32, F16, BF16, Q8_0, Q4_0 to Q5_1 or Q4_K to Q6_K.");
        }
    }

    /// <summary>Encodes rows of <paramref name="rowLength"/> values.</summary>
    /// <exception cref="ArgumentException">A row is no multiple of the type's block, or the values are no whole rows.</exception>
    /// <exception cref="NotSupportedException">There is no encoder for the type.</exception>
    public static byte[] Quantize(GgufTensorType type, ReadOnlySpan<float> source, int rowLength)
    {
        if (rowLength < 1 || rowLength % type.BlockSize() != 0)
            throw new ArgumentException(
                $"{type} stores blocks of {type.BlockSize()} values, and rows of {rowLength} are no multiple of that.", nameof(rowLength));
        if (source.Length % rowLength != 0)
            throw new ArgumentException($"{source.Length} values are no whole rows of {rowLength}.", nameof(source));
        if (!CanQuantize(type))
            throw new NotSupportedException($"There is no encoder for {type} here; llama.cpp's quantizer writes it.");
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)type.ByteCount(source.Length)));
        switch (type)
        {
            case GgufTensorType.F32: System.Runtime.InteropServices.MemoryMarshal.AsBytes(source).CopyTo(bytes); break;
            case GgufTensorType.F16: HalfCodec.EncodeF16(source, bytes); break;
            case GgufTensorType.BF16: HalfCodec.EncodeBF16(source, bytes); break;
            case GgufTensorType.Q8_0: Blocks32.EncodeQ8_0(source, bytes); break;
            case GgufTensorType.Q4_0: Blocks32.EncodeQ4_0(source, bytes); break;
            case GgufTensorType.Q4_1: Blocks32.EncodeQ4_1(source, bytes); break;
            case GgufTensorType.Q5_0: Blocks32.EncodeQ5_0(source, bytes); break;
            case GgufTensorType.Q5_1: Blocks32.EncodeQ5_1(source, bytes); break;
        }

        return bytes;
    }
}
