namespace TinyLlm.Gguf;

/// <summary>The decoders of the K-quants: blocks of 256 values in sub-blocks with scales of their own.</summary>
internal static class Blocks256
{
    private const int Size = 256;

    // d, dmin: half; 12 bytes of 6-bit scales and minimums; 128 bytes of two values each.
    public static void DecodeQ4_K(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[144..], destination = destination[Size..])
        {
            var (d, minimum) = ((float)HalfCodec.ReadHalf(source), (float)HalfCodec.ReadHalf(source[2..]));
            for (var part = 0; part < 8; part++)
            {
                var (scale, offset) = ScaleAndMinimum(source[4..16], part);
                var values = source.Slice(16 + (32 * (part / 2)), 32);
                for (var i = 0; i < 32; i++)
                    destination[(32 * part) + i] = (d * scale * (part % 2 == 0 ? values[i] & 15 : values[i] >> 4)) - (minimum * offset);
            }
        }
    }

    // As Q4_K, with 32 bytes of fifth bits before the values: bit p of byte i belongs to value i of part p.
    public static void DecodeQ5_K(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[176..], destination = destination[Size..])
        {
            var (d, minimum) = ((float)HalfCodec.ReadHalf(source), (float)HalfCodec.ReadHalf(source[2..]));
            for (var part = 0; part < 8; part++)
            {
                var (scale, offset) = ScaleAndMinimum(source[4..16], part);
                var values = source.Slice(48 + (32 * (part / 2)), 32);
                for (var i = 0; i < 32; i++)
                {
                    var level = (part % 2 == 0 ? values[i] & 15 : values[i] >> 4) + (((source[16 + i] >> part) & 1) << 4);
                    destination[(32 * part) + i] = (d * scale * level) - (minimum * offset);
                }
            }
        }
    }

    // 128 bytes of lower four bits, 64 bytes of upper two, 16 signed scales, d: half.
    public static void DecodeQ6_K(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[210..], destination = destination[Size..])
        {
            var d = (float)HalfCodec.ReadHalf(source[208..]);
            for (var i = 0; i < Size; i++)
            {
                // Each half of 128 values has four rows of 32, which share bytes two by two and their upper bits four by four.
                var (half, row, column) = (i / 128, i % 128 / 32, i % 32);
                var low = source[(64 * half) + (32 * (row % 2)) + column];
                var high = (source[128 + (32 * half) + column] >> (2 * row)) & 3;
                var level = ((row < 2 ? low & 15 : low >> 4) | (high << 4)) - 32;
                destination[i] = d * (sbyte)source[192 + (i / 16)] * level;
            }
        }
    }

    private static (int Scale, int Minimum) ScaleAndMinimum(ReadOnlySpan<byte> packed, int part) => part < 4
        ? (packed[part] & 63, packed[part + 4] & 63)
        : ((packed[part + 4] & 15) | ((packed[part - 4] >> 6) << 4), (packed[part + 4] >> 4) | ((packed[part] >> 6) << 4));
}
