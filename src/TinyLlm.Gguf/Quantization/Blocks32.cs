using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyLlm.Gguf;

/// <summary>The types whose blocks hold 32 values with one scale d, and in the <c>_1</c> types a minimum m.</summary>
/// <remarks>
/// Of two values in a byte, the lower four bits are value i and the upper four value i + 16. Fifth bits stand together in 32 bits.
/// </remarks>
internal static class Blocks32
{
    private const int Size = 32;
    private const int Half = Size / 2;

    public static void EncodeQ8_0(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Size..], destination = destination[34..])
        {
            var (a, b) = (Vector512.Create(source[..Half]), Vector512.Create(source[Half..Size]));
            var d = Most(Vector512.Max(Vector512.Abs(a), Vector512.Abs(b))) / 127;
            var inverse = d != 0 ? 1 / d : 0;
            WriteHalf(destination, d);
            Vector256.Narrow(Round(a * inverse), Round(b * inverse)).AsByte().CopyTo(destination[2..]);
        }
    }

    public static void DecodeQ8_0(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[34..], destination = destination[Size..])
        {
            var d = ReadHalf(source);
            var (lower, upper) = Vector256.Widen(Vector256.Create(source.Slice(2, Size)).AsSByte());
            (Vector512.ConvertToSingle(Wide(lower)) * d).CopyTo(destination);
            (Vector512.ConvertToSingle(Wide(upper)) * d).CopyTo(destination[Half..]);
        }
    }

    public static void EncodeQ4_0(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Size..], destination = destination[18..])
        {
            var d = SignedLargest(source) / -8;
            var inverse = d != 0 ? 1 / d : 0;
            WriteHalf(destination, d);
            var (low, high) = Levels(source, 0, inverse, 8.5f, 15);
            Pack(low, high).CopyTo(destination[2..]);
        }
    }

    public static void DecodeQ4_0(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[18..], destination = destination[Size..])
        {
            var d = ReadHalf(source);
            for (var i = 0; i < Half; i++)
            {
                destination[i] = ((source[2 + i] & 15) - 8) * d;
                destination[i + Half] = ((source[2 + i] >> 4) - 8) * d;
            }
        }
    }

    public static void EncodeQ4_1(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Size..], destination = destination[20..])
        {
            var (least, most) = Extremes(source);
            var d = (most - least) / 15;
            var inverse = d != 0 ? 1 / d : 0;
            WriteHalf(destination, d);
            WriteHalf(destination[2..], least);
            var (low, high) = Levels(source, least, inverse, 0.5f, 15);
            Pack(low, high).CopyTo(destination[4..]);
        }
    }

    public static void DecodeQ4_1(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[20..], destination = destination[Size..])
        {
            var (d, m) = (ReadHalf(source), ReadHalf(source[2..]));
            for (var i = 0; i < Half; i++)
            {
                destination[i] = ((source[4 + i] & 15) * d) + m;
                destination[i + Half] = ((source[4 + i] >> 4) * d) + m;
            }
        }
    }

    public static void EncodeQ5_0(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Size..], destination = destination[22..])
        {
            var d = SignedLargest(source) / -16;
            var inverse = d != 0 ? 1 / d : 0;
            WriteHalf(destination, d);
            var (low, high) = Levels(source, 0, inverse, 16.5f, 31);
            MemoryMarshal.Write(destination[2..], FifthBits(low, high));
            Pack(low, high).CopyTo(destination[6..]);
        }
    }

    public static void DecodeQ5_0(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[22..], destination = destination[Size..])
        {
            var d = ReadHalf(source);
            var fifth = MemoryMarshal.Read<uint>(source[2..]);
            for (var i = 0; i < Half; i++)
            {
                destination[i] = (Low(source[6 + i], fifth, i) - 16) * d;
                destination[i + Half] = (High(source[6 + i], fifth, i) - 16) * d;
            }
        }
    }

    public static void EncodeQ5_1(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Size..], destination = destination[24..])
        {
            var (least, most) = Extremes(source);
            var d = (most - least) / 31;
            var inverse = d != 0 ? 1 / d : 0;
            WriteHalf(destination, d);
            WriteHalf(destination[2..], least);
            var (low, high) = Levels(source, least, inverse, 0.5f, 31);
            MemoryMarshal.Write(destination[4..], FifthBits(low, high));
            Pack(low, high).CopyTo(destination[8..]);
        }
    }

    public static void DecodeQ5_1(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[24..], destination = destination[Size..])
        {
            var (d, m) = (ReadHalf(source), ReadHalf(source[2..]));
            var fifth = MemoryMarshal.Read<uint>(source[4..]);
            for (var i = 0; i < Half; i++)
            {
                destination[i] = (Low(source[8 + i], fifth, i) * d) + m;
                destination[i + Half] = (High(source[8 + i], fifth, i) * d) + m;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Wide(Vector256<short> values) =>
        Vector512.Create(Vector256.WidenLower(values), Vector256.WidenUpper(values));

    // To the nearest, halves away from zero, as C's roundf. Adding a half and cutting off would round the number below a half up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Round(Vector512<float> values)
    {
        var whole = Vector512.Truncate(values);
        var further = Vector512.GreaterThanOrEqual(Vector512.Abs(values - whole), Vector512.Create(0.5f));
        var rounded = Vector512.ConvertToInt32(whole + (Vector512.CopySign(Vector512<float>.One, values) & further));
        return Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
    }

    // The first value of the largest magnitude, with its sign: it becomes the most negative level exactly.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SignedLargest(ReadOnlySpan<float> source)
    {
        var (a, b) = (Vector512.Abs(Vector512.Create(source[..Half])), Vector512.Abs(Vector512.Create(source[Half..Size])));
        var largest = Most(Vector512.Max(a, b));
        if (!(largest > 0))
            return 0;
        var at = Vector512.Create(largest);
        var low = (uint)Vector512.Equals(a, at).ExtractMostSignificantBits();
        var high = (uint)Vector512.Equals(b, at).ExtractMostSignificantBits();
        return source[BitOperations.TrailingZeroCount(low | (high << Half))];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (float Least, float Most) Extremes(ReadOnlySpan<float> source)
    {
        var (a, b) = (Vector512.Create(source[..Half]), Vector512.Create(source[Half..Size]));
        var least = -Most(Vector512.Max(-a, -b));
        // Of zeros with both signs, ggml takes the first.
        return (least == 0 ? source[source[..Size].IndexOf(0f)] : least, Most(Vector512.Max(a, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Most(Vector512<float> values)
    {
        var eight = Vector256.Max(values.GetLower(), values.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
    }

    // The levels of the lower and the upper half of a block, rounded by cutting off behind the shift.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<int> Low, Vector512<int> High) Levels(
        ReadOnlySpan<float> source, float offset, float inverse, float shift, int most)
    {
        var (a, b) = (Vector512.Create(source[..Half]), Vector512.Create(source[Half..Size]));
        if (offset != 0)
            (a, b) = (a - Vector512.Create(offset), b - Vector512.Create(offset));
        return (Vector512.Min(Vector512.ConvertToInt32((a * inverse) + Vector512.Create(shift)), Vector512.Create(most)),
            Vector512.Min(Vector512.ConvertToInt32((b * inverse) + Vector512.Create(shift)), Vector512.Create(most)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Pack(Vector512<int> low, Vector512<int> high)
    {
        var pairs = (low & Vector512.Create(15)) | ((high & Vector512.Create(15)) << 4);
        var narrow = Vector256.Narrow(pairs.GetLower(), pairs.GetUpper()).AsUInt16();
        return Vector128.Narrow(narrow.GetLower(), narrow.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FifthBits(Vector512<int> low, Vector512<int> high) =>
        (uint)(low << 27).ExtractMostSignificantBits() | ((uint)(high << 27).ExtractMostSignificantBits() << Half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Low(byte packed, uint fifth, int i) => (packed & 15) | (int)(((fifth >> i) & 1) << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int High(byte packed, uint fifth, int i) => (packed >> 4) | (int)(((fifth >> (i + Half)) & 1) << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float ReadHalf(ReadOnlySpan<byte> source) => (float)HalfCodec.ReadHalf(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteHalf(Span<byte> destination, float value)
    {
        var half = (System.Half)value;
        MemoryMarshal.Write(destination, in half);
    }
}
