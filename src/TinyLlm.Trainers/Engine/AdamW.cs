using System.Collections.Immutable;
using System.Numerics;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Engine;

/// <summary>
/// AdamW (<see href="https://arxiv.org/abs/1711.05101"/>): one pass over weights, gradients and both moments; it leaves the gradients at
/// zero.
/// </summary>
/// <remarks>
/// The decay is multiplied by the learning rate, as PyTorch does. Products and sums are rounded one by one, not fused, so that every
/// processor and every vector width gives the same bits. Frozen parameters have no moments.
/// </remarks>
internal sealed unsafe class AdamW : WorkItems, IDisposable
{
    private readonly WorkerPool _pool;
    private readonly AdamWOptions _options;
    private readonly ImmutableArray<ParameterRange> _ranges;
    private Factors _factors;

    public AdamW(ImmutableArray<Parameter> parameters, WorkerPool pool, AdamWOptions options)
    {
        (_pool, _options) = (pool, options);
        Trained = [.. parameters.Where(parameter => parameter.IsTrainable)];
        _ranges = ParameterRanges.Cut(Trained);
        FirstMoments = new ParameterMemory(Trained, "AdamW's first moment");
        SecondMoments = new ParameterMemory(Trained, "AdamW's second moment");
    }

    /// <summary>Gets the parameters that are trained.</summary>
    public ImmutableArray<Parameter> Trained { get; }

    /// <summary>Gets the first moments of <see cref="Trained"/>.</summary>
    public ParameterMemory FirstMoments { get; }

    /// <summary>Gets the second moments of <see cref="Trained"/>.</summary>
    public ParameterMemory SecondMoments { get; }

    /// <summary>Updates the weights.</summary>
    /// <param name="step">The step, from 1: it decides the correction of the moments, which begin at zero.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="gradientScale">What gradients are multiplied by: one over the tokens that carried loss, and the clipping.</param>
    public void Update(int step, double learningRate, double gradientScale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        _factors = new Factors(
            (float)gradientScale,
            (float)_options.Beta1,
            (float)(1 - _options.Beta1),
            (float)_options.Beta2,
            (float)(1 - _options.Beta2),
            (float)(learningRate / (1 - Math.Pow(_options.Beta1, step))),
            (float)(1 / Math.Sqrt(1 - Math.Pow(_options.Beta2, step))),
            (float)_options.Epsilon,
            (float)(1 - (learningRate * _options.WeightDecay)));
        _pool.Run(this, _ranges.Length);
    }

    /// <inheritdoc/>
    public override void Execute(int item, int worker)
    {
        var range = _ranges[item];
        var parameter = Trained[range.Index];
        var factors = parameter.Decays ? _factors : _factors with { Keep = 1 };
        Update(
            parameter.Weights + range.Start,
            parameter.Gradients + range.Start,
            FirstMoments[range.Index] + range.Start,
            SecondMoments[range.Index] + range.Start,
            range.Count,
            factors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    private static void Update(float* w, float* g, float* m, float* v, int count, Factors f)
    {
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var gradient = Vector.Load(g + i) * f.Scale;
            var first = (Vector.Load(m + i) * f.Beta1) + (gradient * f.OneMinusBeta1);
            var second = (Vector.Load(v + i) * f.Beta2) + (gradient * gradient * f.OneMinusBeta2);
            var root = (Vector.SquareRoot(second) * f.RootCorrection) + new Vector<float>(f.Epsilon);
            var weight = (Vector.Load(w + i) * f.Keep) - (first * f.Rate / root);
            weight.Store(w + i);
            first.Store(m + i);
            second.Store(v + i);
            Vector<float>.Zero.Store(g + i);
        }

        for (; i < count; i++)
        {
            var gradient = g[i] * f.Scale;
            m[i] = (m[i] * f.Beta1) + (gradient * f.OneMinusBeta1);
            v[i] = (v[i] * f.Beta2) + (gradient * gradient * f.OneMinusBeta2);
            var root = (MathF.Sqrt(v[i]) * f.RootCorrection) + f.Epsilon;
            w[i] = (w[i] * f.Keep) - (m[i] * f.Rate / root);
            g[i] = 0;
        }
    }

    /// <summary>What one update multiplies by: <c>RootCorrection</c> is 1/√(1−β₂ᵗ), <c>Rate</c> η/(1−β₁ᵗ), <c>Keep</c> 1−ηλ.</summary>
    private readonly record struct Factors(
        float Scale,
        float Beta1,
        float OneMinusBeta1,
        float Beta2,
        float OneMinusBeta2,
        float Rate,
        float RootCorrection,
        float Epsilon,
        float Keep);
}
