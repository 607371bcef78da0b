using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TinyLlm.Trainers.Engine;

namespace TinyLlm.Benchmarks;

/// <summary>
/// The most multiplications and additions a second that this machine makes: twelve sums in registers, nothing read or written.
/// </summary>
internal sealed class FmaPeak : WorkItems
{
    private const int Loops = 400_000;

    private readonly float[] _results = new float[64 * 16];

    /// <summary>Returns the peak of some cores together, in GFLOP/s: the best of several runs.</summary>
    public static double Measure(int workers)
    {
        using var pool = new WorkerPool(workers);
        var work = new FmaPeak();
        for (var i = 0; i < 50; i++)
            pool.Run(work, workers);
        var best = double.MaxValue;
        for (var i = 0; i < 15; i++)
        {
            var start = Stopwatch.GetTimestamp();
            pool.Run(work, workers);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        var lanes = Avx512F.IsSupported ? 16 : Avx.IsSupported ? 8 : 4;
        return 2.0 * 12 * lanes * (Loops) * workers / best / 1e9;
    }

    public override void Execute(int item, int worker) =>
        _results[item * 16] = Avx512F.IsSupported ? Sums512(Loops) : Avx.IsSupported ? Sums256(Loops) : Sums128(Loops);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Next512(Vector512<float> a, Vector512<float> x, Vector512<float> y) =>
        Vector512.MultiplyAddEstimate(a, x, y);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sums512(int loops)
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(1e-9f));
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (; loops > 0; loops--)
        {
            (a, b, c) = (Next512(a, x, y), Next512(b, x, y), Next512(c, x, y));
            (d, e, f) = (Next512(d, x, y), Next512(e, x, y), Next512(f, x, y));
            (g, h, i) = (Next512(g, x, y), Next512(h, x, y), Next512(i, x, y));
            (j, k, l) = (Next512(j, x, y), Next512(k, x, y), Next512(l, x, y));
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Next256(Vector256<float> a, Vector256<float> x, Vector256<float> y) =>
        Vector256.MultiplyAddEstimate(a, x, y);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sums256(int loops)
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(1e-9f));
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (; loops > 0; loops--)
        {
            (a, b, c) = (Next256(a, x, y), Next256(b, x, y), Next256(c, x, y));
            (d, e, f) = (Next256(d, x, y), Next256(e, x, y), Next256(f, x, y));
            (g, h, i) = (Next256(g, x, y), Next256(h, x, y), Next256(i, x, y));
            (j, k, l) = (Next256(j, x, y), Next256(k, x, y), Next256(l, x, y));
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Next128(Vector128<float> a, Vector128<float> x, Vector128<float> y) =>
        Vector128.MultiplyAddEstimate(a, x, y);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sums128(int loops)
    {
        var (x, y) = (Vector128.Create(0.999f), Vector128.Create(1e-9f));
        Vector128<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (; loops > 0; loops--)
        {
            (a, b, c) = (Next128(a, x, y), Next128(b, x, y), Next128(c, x, y));
            (d, e, f) = (Next128(d, x, y), Next128(e, x, y), Next128(f, x, y));
            (g, h, i) = (Next128(g, x, y), Next128(h, x, y), Next128(i, x, y));
            (j, k, l) = (Next128(j, x, y), Next128(k, x, y), Next128(l, x, y));
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
