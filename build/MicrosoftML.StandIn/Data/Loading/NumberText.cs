using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Reads numbers from bytes, to the same bits as <see cref="double.Parse(string)"/> and <see cref="float.Parse(string)"/>.</summary>
internal static class NumberText
{
    private const ulong LargestExact = 1UL << 53;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Reads a number; what is none, <c>?</c> and <c>NaN</c> included, is NaN.</summary>
    public static float ToSingle(ReadOnlySpan<byte> text, byte decimalMarker)
    {
        if (TryReadExact(text, decimalMarker, out var value))
        {
            // A number rounded to 53 bits rounds on to the right 24 unless it lies exactly between two of them. Tiny numbers have fewer bits.
            var bits = BitConverter.DoubleToUInt64Bits(value);
            if ((bits & 0x1FFFFFFF) != 0x10000000 && (Math.Abs(value) > 1e-37 || value == 0))
                return (float)value;
        }

        return float.TryParse(Normalize(text, decimalMarker), NumberStyles.Float, CultureInfo.InvariantCulture, out var slow) ? slow : ToSpecial(text);
    }

    /// <inheritdoc cref="ToSingle"/>
    public static double ToDouble(ReadOnlySpan<byte> text, byte decimalMarker) =>
        TryReadExact(text, decimalMarker, out var value)
        || double.TryParse(Normalize(text, decimalMarker), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            ? value
            : ToSpecial(text);

    // Clinger's fast path: an integer below 2^53 times or by a power of ten up to 10^22 is one correctly rounded operation on exact operands.
    private static bool TryReadExact(ReadOnlySpan<byte> text, byte decimalMarker, out double value)
    {
        value = 0;
        var at = 0;
        var negative = text.Length > 0 && text[0] == (byte)'-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            at++;
        ulong mantissa = 0;
        var (digits, exponent) = (0, 0);
        var seenMarker = false;
        for (; at < text.Length; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                if (mantissa > (LargestExact / 10) - 1)
                    return false;
                mantissa = (mantissa * 10) + digit;
                digits++;
                exponent -= seenMarker ? 1 : 0;
            }
            else if (text[at] == decimalMarker && !seenMarker)
            {
                seenMarker = true;
            }
            else
            {
                break;
            }
        }

        if (digits == 0 || (at < text.Length && !TryReadExponent(text[at..], ref exponent)) || exponent is < -22 or > 22)
            return false;
        value = exponent < 0 ? mantissa / PowersOfTen[-exponent] : mantissa * PowersOfTen[exponent];
        value = negative ? -value : value;
        return true;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, ref int exponent)
    {
        if (text[0] is not ((byte)'e' or (byte)'E') || text.Length is < 2 or > 5)
            return false;
        var at = text[1] is (byte)'-' or (byte)'+' ? 2 : 1;
        if (at == text.Length)
            return false;
        var value = 0;
        foreach (var character in text[at..])
        {
            if (character is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + character - '0';
        }

        exponent += text[1] == (byte)'-' ? -value : value;
        return true;
    }

    private static ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> text, byte decimalMarker)
    {
        if (decimalMarker == (byte)'.')
            return text;
        // A point is no decimal marker here, so a text with one is no number.
        var copy = text.ToArray();
        copy.AsSpan().Replace((byte)'.', (byte)'?');
        copy.AsSpan().Replace(decimalMarker, (byte)'.');
        return copy;
    }

    private static float ToSpecial(ReadOnlySpan<byte> text) => text.Trim((byte)' ') switch
    {
        [0xE2, 0x88, 0x9E] => float.PositiveInfinity, // U+221E, infinity
        [(byte)'-', 0xE2, 0x88, 0x9E] => float.NegativeInfinity,
        _ => float.NaN,
    };
}
