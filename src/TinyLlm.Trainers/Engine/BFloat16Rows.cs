using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Engine;

/// <summary>Numbers between 32 bits and BF16: widened exactly, rounded to the nearest, ties to even.</summary>
internal static unsafe class BFloat16Rows
{
    public static void Widen(ushort* source, float* target, int count) =>
        HalfCodec.DecodeBF16(new ReadOnlySpan<byte>(source, count * sizeof(ushort)), new Span<float>(target, count));

    public static void Round(float* source, ushort* target, int count) =>
        HalfCodec.EncodeBF16(new ReadOnlySpan<float>(source, count), new Span<byte>(target, count * sizeof(ushort)));
}
