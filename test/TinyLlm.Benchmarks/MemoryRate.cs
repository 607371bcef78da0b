using System.Diagnostics;
using System.Runtime.Intrinsics;
using TinyLlm.Trainers.Engine;

namespace TinyLlm.Benchmarks;

/// <summary>
/// The bytes a second that come from memory and go back to it: a = b + 2·c over far more than any cache holds.
/// </summary>
/// <remarks>Counted are the bytes of the three; that the processor reads a before it writes it comes on top.</remarks>
internal sealed unsafe class MemoryRate(Matrix a, Matrix b, Matrix c) : WorkItems
{
    private const int Items = 256;
    private const int Numbers = 1 << 16;

    /// <summary>Returns the rate of some cores together, in GB/s: the best of several runs.</summary>
    public static double Measure(int workers)
    {
        using var pool = new WorkerPool(workers);
        MemoryRate work = null!;
        using var arena = Arena.Create(
            "The benchmark",
            memory => work = new MemoryRate(memory.Take(Items, Numbers), memory.Take(Items, Numbers), memory.Take(Items, Numbers)));
        var best = double.MaxValue;
        for (var i = 0; i < 12; i++)
        {
            var start = Stopwatch.GetTimestamp();
            pool.Run(work, Items);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 3.0 * sizeof(float) * Items * Numbers / best / 1e9;
    }

    public override void Execute(int item, int worker)
    {
        float* target = a.At(item, 0), first = b.At(item, 0), second = c.At(item, 0);
        for (var i = 0; i < Numbers; i += Vector512<float>.Count)
            (Vector512.Load(first + i) + (Vector512.Load(second + i) * 2)).Store(target + i);
    }
}
