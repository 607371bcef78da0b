using System.Runtime.InteropServices;

namespace TinyLlm.Gguf;

/// <summary>The 16-bit types: IEEE half precision, and the upper half of single precision.</summary>
internal static class HalfCodec
{
    public static void EncodeF16(ReadOnlySpan<float> source, Span<byte> destination)
    {
        var target = MemoryMarshal.Cast<byte, Half>(destination);
        for (var i = 0; i < source.Length; i++)
            target[i] = (Half)source[i];
    }

    public static void DecodeF16(ReadOnlySpan<byte> source, Span<float> destination)
    {
        var values = MemoryMarshal.Cast<byte, Half>(source);
        for (var i = 0; i < destination.Length; i++)
            destination[i] = (float)values[i];
    }

    // Rounds to the nearest, ties to even; a NaN stays one and becomes quiet.
    public static void EncodeBF16(ReadOnlySpan<float> source, Span<byte> destination)
    {
        var target = MemoryMarshal.Cast<byte, ushort>(destination);
        for (var i = 0; i < source.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(source[i]);
            target[i] = float.IsNaN(source[i]) ? (ushort)((bits >> 16) | 64) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    public static void DecodeBF16(ReadOnlySpan<byte> source, Span<float> destination)
    {
        var values = MemoryMarshal.Cast<byte, ushort>(source);
        for (var i = 0; i < destination.Length; i++)
            destination[i] = BitConverter.UInt32BitsToSingle((uint)values[i] << 16);
    }

    public static Half ReadHalf(ReadOnlySpan<byte> source) => MemoryMarshal.Read<Half>(source);
}
