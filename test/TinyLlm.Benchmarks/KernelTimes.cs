using System.Diagnostics;
using TinyLlm.Trainers.Engine;

namespace TinyLlm.Benchmarks;

/// <summary>The time of each kind of work in a step: products by their sizes, everything else by its name.</summary>
/// <remarks>
/// A step is the same runs of work in the same order, and the time of each run is the best of some steps: what else the machine does is
/// rarely in the way of the same run every time.
/// </remarks>
internal sealed class KernelTimes
{
    private readonly List<(string Kind, double Operations, long Ticks)> _runs = [];
    private int _run;
    private long _product;

    /// <summary>Gets the kinds, those that take longest first.</summary>
    public IEnumerable<string> Kinds => _runs.Select(run => run.Kind).Distinct().OrderByDescending(Milliseconds);

    /// <summary>Gets the milliseconds of all kinds.</summary>
    public double Total => _runs.Sum(run => run.Ticks) * 1e3 / Stopwatch.Frequency;

    /// <summary>Takes the time of one step, which <paramref name="step"/> does with the workers of <paramref name="pool"/>.</summary>
    public void Observe(WorkerPool pool, Action step)
    {
        _run = 0;
        var inside = 0L;
        var start = Stopwatch.GetTimestamp();
        pool.Observer = (work, ticks) =>
        {
            inside += ticks;
            Add(work, ticks);
        };
        step();
        pool.Observer = null;
        Add("between", 0, Stopwatch.GetTimestamp() - start - inside);
    }

    /// <summary>Returns the milliseconds of a kind in a step.</summary>
    public double Milliseconds(string kind) => _runs.Where(run => run.Kind == kind).Sum(run => run.Ticks) * 1e3 / Stopwatch.Frequency;

    /// <summary>Returns the rate of a kind in GFLOP/s; 0 for what is no product.</summary>
    public double Rate(string kind) => _runs.Where(run => run.Kind == kind).Sum(run => run.Operations) / Milliseconds(kind) / 1e6;

    private void Add(WorkItems work, long ticks)
    {
        if (work is not Gemm { Last: var (rows, columns, terms, product) })
        {
            Add(work.GetType().DeclaringType is { } outer ? $"{outer.Name}.{work.GetType().Name}" : work.GetType().Name, 0, ticks);
            return;
        }

        // A product may come in several pieces, each a run of its own.
        Add($"[{rows}, {columns}] of {terms} terms", product == _product ? 0 : 2.0 * rows * columns * terms, ticks);
        _product = product;
    }

    private void Add(string kind, double operations, long ticks)
    {
        if (_run == _runs.Count)
            _runs.Add((kind, operations, ticks));
        else if (ticks < _runs[_run].Ticks)
            _runs[_run] = (kind, operations, ticks);
        _run++;
    }
}
