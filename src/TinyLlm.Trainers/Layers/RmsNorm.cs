using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Layers;

/// <summary>Root mean square normalisation with a weight (<see href="https://arxiv.org/abs/1910.07467"/>).</summary>
internal sealed unsafe class RmsNorm : Norm
{
    private readonly float* _weight;

    public RmsNorm(Processor processor, Parameter weight, double epsilon)
        : base(processor, (int)weight.Count, (float)epsilon, statistics: 1, [weight.Gradients]) => _weight = weight.Weights;

    protected override void ForwardRow(float* x, float* y, float* statistics) =>
        statistics[0] = Kernels.RmsNorm(x, _weight, Epsilon, y, Width);

    protected override void BackwardRow(float* x, float* dy, float* statistics, float* dx, float* sums) =>
        Kernels.RmsNormBackward(x, _weight, statistics[0], dy, dx, sums, Width);
}
