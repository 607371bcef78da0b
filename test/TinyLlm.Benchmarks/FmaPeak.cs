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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sums512(int loops)
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(1e-9f));
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (; loops > 0; loops--)
        {
            (a, b, c) = (Vector512.MultiplyAddEstimate(a, x, y), Vector512.MultiplyAddEstimate(b, x, y), Vector512.MultiplyAddEstimate(c, x, y));
            (d, e, f) = (Vector512.MultiplyAddEstimate(d, x, y), Vector512.MultiplyAddEstimate(e, x, y), Vector512.MultiplyAddEstimate(f, x, y));
            (g, h, i) = (Vector512.MultiplyAddEstimate(g, x, y), Vector512.MultiplyAddEstimate(h, x, y), Vector512.MultiplyAddEstimate(i, x, y));
            (j, k, l) = (Vector512.MultiplyAddEstimate(j, x, y), Vector512.MultiplyAddEstimate(k, x, y), Vector512.MultiplyAddEstimate(l, x, y));
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sums256(int loops)
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(1e-9f));
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (; loops > 0; loops--)
        {
            (a, b, c) = (Vector256.MultiplyAddEstimate(a, x, y), Vector256.MultiplyAddEstimate(b, x, y), Vector256.MultiplyAddEstimate(c, x, y));
            (d, e, f) = (Vector256.MultiplyAddEstimate(d, x, y), Vector256.MultiplyAddEstimate(e, x, y), Vector256.MultiplyAddEstimate(f, x, y));
            (g, h, i) = (Vector256.MultiplyAddEstimate(g, x, y), Vector256.MultiplyAddEstimate(h, x, y), Vector256.MultiplyAddEstimate(i, x, y));
            (j, k, l) = (Vector256.MultiplyAddEstimate(j, x, y), Vector256.MultiplyAddEstimate(k, x, y), Vector256.MultiplyAddEstimate(l, x, y));
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sums128(int loops)
    {
        var (x, y) = (Vector128.Create(0.999f), Vector128.Create(1e-9f));
        Vector128<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (; loops > 0; loops--)
        {
            (a, b, c) = (Vector128.MultiplyAddEstimate(a, x, y), Vector128.MultiplyAddEstimate(b, x, y), Vector128.MultiplyAddEstimate(c, x, y));
            (d, e, f) = (Vector128.MultiplyAddEstimate(d, x, y), Vector128.MultiplyAddEstimate(e, x, y), Vector128.MultiplyAddEstimate(f, x, y));
            (g, h, i) = (Vector128.MultiplyAddEstimate(g, x, y), Vector128.MultiplyAddEstimate(h, x, y), Vector128.MultiplyAddEstimate(i, x, y));
            (j, k, l) = (Vector128.MultiplyAddEstimate(j, x, y), Vector128.MultiplyAddEstimate(k, x, y), Vector128.MultiplyAddEstimate(l, x, y));
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
