using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Engine;

/// <summary>The norm of all gradients together, with the same bits for any number of workers and on any processor.</summary>
/// <remarks>
/// Each range is summed in sixteen lanes of double precision, wherever it runs; the ranges' sums are added pairwise in a fixed tree.
/// Squares of 32-bit numbers do not overflow there, so the sum is finite if and only if every gradient is.
/// </remarks>
internal sealed unsafe class GradientNorm : WorkItems
{
    private readonly WorkerPool _pool;
    private readonly ImmutableArray<Parameter> _trained;
    private readonly ImmutableArray<ParameterRange> _ranges;
    private readonly double[] _sums;

    public GradientNorm(ImmutableArray<Parameter> trained, WorkerPool pool)
    {
        (_pool, _trained, _ranges) = (pool, trained, ParameterRanges.Cut(trained));
        _sums = new double[_ranges.Length];
    }

    /// <summary>Returns the norm, or no finite number where a gradient is none.</summary>
    public double Compute()
    {
        _pool.Run(this, _ranges.Length);
        return Math.Sqrt(Sum(_sums));
    }

    /// <summary>Returns the first parameter whose gradient was not finite when the norm was computed.</summary>
    public Parameter? FirstNotFinite()
    {
        for (var i = 0; i < _sums.Length; i++)
        {
            if (!double.IsFinite(_sums[i]))
                return _trained[_ranges[i].Index];
        }

        return null;
    }

    /// <inheritdoc/>
    public override void Execute(int item, int worker)
    {
        var range = _ranges[item];
        var gradients = _trained[range.Index].Gradients + range.Start;
        var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var i = 0;
        for (; i <= range.Count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var (first, second) = Vector512.Widen(Vector512.Load(gradients + i));
            low += first * first;
            high += second * second;
        }

        var sum = Vector512.Sum(low + high);
        for (; i < range.Count; i++)
            sum += (double)gradients[i] * gradients[i];
        _sums[item] = sum;
    }

    private static double Sum(ReadOnlySpan<double> values) => values.Length switch
    {
        0 => 0,
        1 => values[0],
        var count => Sum(values[..(count / 2)]) + Sum(values[(count / 2)..]),
    };
}
