using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyLlm.Gguf;

/// <summary>The 16-bit types: IEEE half precision, and the upper half of single precision.</summary>
internal static class HalfCodec
{
    private const int Lanes = 16; // two vectors of 32-bit lanes become one of 16-bit lanes

    public static void EncodeF16(ReadOnlySpan<float> source, Span<byte> destination)
    {
        var target = MemoryMarshal.Cast<byte, ushort>(destination);
        var i = 0;
        for (; i <= source.Length - Lanes; i += Lanes)
            Vector256.Narrow(ToHalf(Load(source, i)), ToHalf(Load(source, i + (Lanes / 2)))).CopyTo(target[i..]);
        for (; i < source.Length; i++)
            target[i] = BitConverter.HalfToUInt16Bits((Half)source[i]);
    }

    public static void DecodeF16(ReadOnlySpan<byte> source, Span<float> destination)
    {
        var values = MemoryMarshal.Cast<byte, ushort>(source);
        var i = 0;
        for (; i <= destination.Length - Lanes; i += Lanes)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Create(values.Slice(i, Lanes)));
            FromHalf(lower).CopyTo(destination[i..]);
            FromHalf(upper).CopyTo(destination[(i + (Lanes / 2))..]);
        }

        for (; i < destination.Length; i++)
            destination[i] = (float)BitConverter.UInt16BitsToHalf(values[i]);
    }

    // Rounds to the nearest, ties to even; a NaN stays one and becomes quiet.
    public static void EncodeBF16(ReadOnlySpan<float> source, Span<byte> destination)
    {
        var target = MemoryMarshal.Cast<byte, ushort>(destination);
        var i = 0;
        for (; i <= source.Length - Lanes; i += Lanes)
            Vector256.Narrow(ToBFloat(Load(source, i)), ToBFloat(Load(source, i + (Lanes / 2)))).CopyTo(target[i..]);
        for (; i < source.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(source[i]);
            target[i] = float.IsNaN(source[i]) ? (ushort)((bits >> 16) | 64) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    public static void DecodeBF16(ReadOnlySpan<byte> source, Span<float> destination)
    {
        var values = MemoryMarshal.Cast<byte, ushort>(source);
        var i = 0;
        for (; i <= destination.Length - Lanes; i += Lanes)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Create(values.Slice(i, Lanes)));
            (lower << 16).AsSingle().CopyTo(destination[i..]);
            (upper << 16).AsSingle().CopyTo(destination[(i + (Lanes / 2))..]);
        }

        for (; i < destination.Length; i++)
            destination[i] = BitConverter.UInt32BitsToSingle((uint)values[i] << 16);
    }

    public static Half ReadHalf(ReadOnlySpan<byte> source) => MemoryMarshal.Read<Half>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ReadOnlySpan<float> source, int index) => Vector256.Create(source.Slice(index, Lanes / 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToBFloat(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), rounded, (bits >> 16) | Vector256.Create(64u));
    }

    // A half's exponent and fraction, moved to where a single has them, are the value times 2^-112, subnormal or not;
    // infinities and NaNs keep their fraction.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> FromHalf(Vector256<uint> half)
    {
        var magnitude = (half & Vector256.Create(0x7FFFu)) << 13;
        var finite = (magnitude.AsSingle() * Vector256.Create(BitConverter.UInt32BitsToSingle((127 + 112) << 23))).AsUInt32();
        var isFinite = Vector256.LessThan(magnitude, Vector256.Create(0x7C00u << 13));
        var special = magnitude | Vector256.Create(0x7F800000u);
        return (Vector256.ConditionalSelect(isFinite, finite, special) | ((half & Vector256.Create(0x8000u)) << 16)).AsSingle();
    }

    // Adding a power of two that is 2^13 times the half's unit in the last place lets the processor round, ties to even; the
    // fraction stands below the sum's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToHalf(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var magnitude = bits & Vector256.Create(0x7FFFFFFFu);
        // At least that of a normal half.
        var exponent = Vector256.Max(magnitude & Vector256.Create(0x7F800000u), Vector256.Create((127u - 14) << 23));
        var unit = (exponent + Vector256.Create(13u << 23)).AsSingle();
        // The fraction with the leading one.
        var sum = (magnitude.AsSingle() + unit).AsUInt32() - unit.AsUInt32();
        var half = (((exponent >> 23) - Vector256.Create(127u - 14)) << 10) + sum;
        var isLarge = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create((127u + 16) << 23));
        half = Vector256.ConditionalSelect(isLarge, Vector256.Create(0x7C00u), half);
        var isNaN = Vector256.GreaterThan(magnitude, Vector256.Create(0x7F800000u));
        half = Vector256.ConditionalSelect(isNaN, Vector256.Create(0x7E00u) | ((bits >> 13) & Vector256.Create(0x3FFu)), half);
        return half | ((bits >> 16) & Vector256.Create(0x8000u));
    }
}
