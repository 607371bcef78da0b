using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TinyLlm.Trainers.Engine;

/// <summary>Copies parts of matrices into the order in which tiles read them; BF16 becomes 32 bits on the way.</summary>
internal static unsafe class Packing
{
    // Terms that are transposed at once: their target stays in the first-level cache.
    private const int TransposedTerms = 64;

    // The most rows that are transposed at once: a strip's columns.
    private const int TransposedRows = 64;

    private const int RowsAhead = 12;

    /// <summary>Writes a strip [K, width] row by row, each row <paramref name="padded"/> long with zeros at its end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Strip(Matrix source, float* target, int padded)
    {
        var (terms, width) = (source.Rows, source.Columns);
        if (width < padded)
            new Span<float>(target, terms * padded).Clear();
        if (!source.IsTransposed)
        {
            for (var k = 0; k < terms; k++)
                CopyRow(source, k, target + ((long)k * padded));
            return;
        }

        if (source.IsBFloat16)
        {
            WidenTransposed(source, target, padded);
            return;
        }

        for (var k = 0; k < terms; k += TransposedTerms)
            Transpose(source.Data + k, source.Stride, Math.Min(TransposedTerms, terms - k), width, target + ((long)k * padded), padded);
    }

    /// <summary>
    /// Writes neighbouring strips of a matrix whose rows stand in memory as they are [K, n·width], row after row, as that reads memory in
    /// order.
    /// </summary>
    /// <param name="source">The rows.</param>
    /// <param name="firstTerm">How many rows are there before these.</param>
    /// <param name="target">Where the first strip begins.</param>
    /// <param name="width">The columns of a strip; the last may have fewer.</param>
    /// <param name="last">What the last strip's rows are filled up to.</param>
    /// <param name="strip">The distance between two strips.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Strips(Matrix source, int firstTerm, float* target, int width, int last, long strip)
    {
        if (source.IsBFloat16)
            Strips(source.Halves, source, firstTerm, target, width, last, strip);
        else
            Strips(source.Data, source, firstTerm, target, width, last, strip);
    }

    private static void Strips<T>(T* data, Matrix source, int firstTerm, float* target, int width, int last, long strip)
        where T : unmanaged
    {
        var full = source.Columns / width;
        var rest = source.Columns - (full * width);
        for (var k = 0; k < source.Rows; k++)
        {
            var row = data + ((long)k * source.Stride);
            var to = target + ((long)(firstTerm + k) * width);
            // Rows lie in pages of their own, where the processor does not foresee them.
            for (var i = 0; Sse.IsSupported && k + RowsAhead < source.Rows && i < source.Columns; i += 64 / sizeof(T))
                Sse.Prefetch0(row + ((long)RowsAhead * source.Stride) + i);
            for (var i = 0; i < full; i++, row += width, to += strip)
                Copy(row, to, width);
            if (rest == 0)
                continue;
            to = target + (full * strip) + ((long)(firstTerm + k) * last);
            Copy(row, to, rest);
            new Span<float>(to + rest, last - rest).Clear();
        }
    }

    // Some terms of all rows are widened in the first-level cache and transposed from there.
    [SkipLocalsInit]
    private static void WidenTransposed(Matrix source, float* target, int padded)
    {
        var (terms, rows) = (source.Rows, source.Columns);
        var wide = stackalloc float[TransposedTerms * TransposedRows];
        for (var k = 0; k < terms; k += TransposedTerms)
        {
            var count = Math.Min(TransposedTerms, terms - k);
            for (var row = 0; row < rows; row++)
                BFloat16Rows.Widen(source.HalfAt(k, row), wide + (row * TransposedTerms), count);
            Transpose(wide, TransposedTerms, count, rows, target + ((long)k * padded), padded);
        }
    }

    private static void CopyRow(Matrix source, int row, float* target)
    {
        if (source.IsBFloat16)
            Copy(source.HalfAt(row, 0), target, source.Columns);
        else
            Copy(source.At(row, 0), target, source.Columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<T>(T* source, float* target, int count)
        where T : unmanaged
    {
        if (typeof(T) == typeof(ushort))
            BFloat16Rows.Widen((ushort*)source, target, count);
        else
            Copy((float*)source, target, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* source, float* target, int count)
    {
        for (; count >= 16; count -= 16, source += 16, target += 16)
        {
            var (first, second) = (Vector256.Load(source), Vector256.Load(source + 8));
            first.Store(target);
            second.Store(target + 8);
        }

        if (count >= 8)
        {
            Vector256.Load(source).Store(target);
            source += 8;
            target += 8;
            count -= 8;
        }

        for (; count > 0; count--)
            *target++ = *source++;
    }

    // target[k, row] = source[row, k].
    private static void Transpose(float* source, int stride, int terms, int rows, float* target, int padded)
    {
        var row = 0;
        for (; Avx.IsSupported && row <= rows - 8; row += 8)
            EightRows(source + ((long)row * stride), stride, terms, target + row, padded);
        for (; (Sse.IsSupported || AdvSimd.Arm64.IsSupported) && row <= rows - 4; row += 4)
            FourRows(source + ((long)row * stride), stride, terms, target + row, padded);
        for (; row < rows; row++)
        {
            for (var k = 0; k < terms; k++)
                target[((long)k * padded) + row] = source[((long)row * stride) + k];
        }
    }

    // Rows i and i+4 share a register, so that zipping within its halves leaves eight rows of one term side by side.
    private static void EightRows(float* source, long stride, int terms, float* target, long padded)
    {
        var k = 0;
        for (; k <= terms - 4; k += 4)
        {
            // The next eight rows, which the processor does not foresee.
            for (var row = 8; Sse.IsSupported && k % 16 == 0 && row < 16; row++)
                Sse.Prefetch0(source + (row * stride) + k);
            var a = Vector256.Create(Vector128.Load(source + k), Vector128.Load(source + (4 * stride) + k));
            var b = Vector256.Create(Vector128.Load(source + stride + k), Vector128.Load(source + (5 * stride) + k));
            var c = Vector256.Create(Vector128.Load(source + (2 * stride) + k), Vector128.Load(source + (6 * stride) + k));
            var d = Vector256.Create(Vector128.Load(source + (3 * stride) + k), Vector128.Load(source + (7 * stride) + k));
            var (ac, bd) = (Avx.UnpackLow(a, c), Avx.UnpackLow(b, d));
            Avx.UnpackLow(ac, bd).Store(target + (k * padded));
            Avx.UnpackHigh(ac, bd).Store(target + ((k + 1) * padded));
            (ac, bd) = (Avx.UnpackHigh(a, c), Avx.UnpackHigh(b, d));
            Avx.UnpackLow(ac, bd).Store(target + ((k + 2) * padded));
            Avx.UnpackHigh(ac, bd).Store(target + ((k + 3) * padded));
        }

        for (; k < terms; k++)
        {
            for (var row = 0; row < 8; row++)
                target[(k * padded) + row] = source[(row * stride) + k];
        }
    }

    private static void FourRows(float* source, long stride, int terms, float* target, long padded)
    {
        var k = 0;
        for (; k <= terms - 4; k += 4)
        {
            var (a, b) = (Vector128.Load(source + k), Vector128.Load(source + stride + k));
            var (c, d) = (Vector128.Load(source + (2 * stride) + k), Vector128.Load(source + (3 * stride) + k));
            var (ac, bd) = (ZipLow(a, c), ZipLow(b, d));
            ZipLow(ac, bd).Store(target + (k * padded));
            ZipHigh(ac, bd).Store(target + ((k + 1) * padded));
            (ac, bd) = (ZipHigh(a, c), ZipHigh(b, d));
            ZipLow(ac, bd).Store(target + ((k + 2) * padded));
            ZipHigh(ac, bd).Store(target + ((k + 3) * padded));
        }

        for (; k < terms; k++)
        {
            for (var row = 0; row < 4; row++)
                target[(k * padded) + row] = source[(row * stride) + k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
