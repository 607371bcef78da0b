using System.Runtime.InteropServices;

namespace TinyLlm.Gguf;

/// <summary>The types whose blocks hold 32 values with one scale d, and in the <c>_1</c> types a minimum m.</summary>
/// <remarks>Of two values in a byte, the lower four bits are value i and the upper four value i + 16. Fifth bits stand together in 32 bits.</remarks>
internal static class Blocks32
{
    private const int Size = 32;
    private const int Half = Size / 2;

    public static void EncodeQ8_0(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Size..], destination = destination[34..])
        {
            var largest = 0f;
            for (var i = 0; i < Size; i++)
                largest = Math.Max(largest, Math.Abs(source[i]));
            var d = largest / 127;
            var inverse = d != 0 ? 1 / d : 0;
            WriteHalf(destination, d);
            for (var i = 0; i < Size; i++)
                destination[2 + i] = (byte)(sbyte)MathF.Round(source[i] * inverse, MidpointRounding.AwayFromZero);
        }
    }

    public static void DecodeQ8_0(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[34..], destination = destination[Size..])
        {
            var d = ReadHalf(source);
            for (var i = 0; i < Size; i++)
                destination[i] = (sbyte)source[2 + i] * d;
        }
    }

    public static void EncodeQ4_0(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (; source.Length > 0; source = source[Size..], destination = destination[18..])
        {
            var d = SignedLargest(source) / -8;
            var inverse = d != 0 ? 1 / d : 0;
            WriteHalf(destination, d);
            for (var i = 0; i < Half; i++)
                destination[2 + i] = (byte)(Level(source[i] * inverse, 8.5f, 15) | (Level(source[i + Half] * inverse, 8.5f, 15) << 4));
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
            for (var i = 0; i < Half; i++)
                destination[4 + i] = (byte)(Level((source[i] - least) * inverse, 0.5f, 15) | (Level((source[i + Half] - least) * inverse, 0.5f, 15) << 4));
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
            uint fifth = 0;
            for (var i = 0; i < Half; i++)
                destination[6 + i] = Pack(i, Level(source[i] * inverse, 16.5f, 31), Level(source[i + Half] * inverse, 16.5f, 31), ref fifth);
            MemoryMarshal.Write(destination[2..], in fifth);
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
            uint fifth = 0;
            for (var i = 0; i < Half; i++)
            {
                destination[8 + i] = Pack(
                    i, (byte)(((source[i] - least) * inverse) + 0.5f), (byte)(((source[i + Half] - least) * inverse) + 0.5f), ref fifth);
            }

            MemoryMarshal.Write(destination[4..], in fifth);
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

    // The value of the largest magnitude, with its sign: it becomes the most negative level exactly.
    private static float SignedLargest(ReadOnlySpan<float> source)
    {
        var (magnitude, largest) = (0f, 0f);
        for (var i = 0; i < Size; i++)
        {
            if (magnitude < Math.Abs(source[i]))
                (magnitude, largest) = (Math.Abs(source[i]), source[i]);
        }

        return largest;
    }

    private static (float Least, float Most) Extremes(ReadOnlySpan<float> source)
    {
        var (least, most) = (float.MaxValue, float.MinValue);
        for (var i = 0; i < Size; i++)
        {
            if (source[i] < least)
                least = source[i];
            if (source[i] > most)
                most = source[i];
        }

        return (least, most);
    }

    private static int Level(float value, float shift, int most) => Math.Min(most, (sbyte)(value + shift));

    private static byte Pack(int i, int low, int high, ref uint fifth)
    {
        fifth |= (uint)((low >> 4) & 1) << i;
        fifth |= (uint)((high >> 4) & 1) << (i + Half);
        return (byte)((low & 15) | ((high & 15) << 4));
    }

    private static int Low(byte packed, uint fifth, int i) => (packed & 15) | (int)(((fifth >> i) & 1) << 4);

    private static int High(byte packed, uint fifth, int i) => (packed >> 4) | (int)(((fifth >> (i + Half)) & 1) << 4);

    private static float ReadHalf(ReadOnlySpan<byte> source) => (float)HalfCodec.ReadHalf(source);

    private static void WriteHalf(Span<byte> destination, float value)
    {
        var half = (System.Half)value;
        MemoryMarshal.Write(destination, in half);
    }
}
