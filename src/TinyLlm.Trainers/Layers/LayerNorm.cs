using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Layers;

/// <summary>Layer normalisation with weight and bias (<see href="https://arxiv.org/abs/1607.06450"/>).</summary>
internal sealed unsafe class LayerNorm : Norm
{
    private readonly float* _weight;
    private readonly float* _bias;

    public LayerNorm(Processor processor, Parameter weight, Parameter bias, double epsilon)
        : base(processor, (int)weight.Count, (float)epsilon, statistics: 2, [weight.Gradients, bias.Gradients])
    {
        _weight = weight.Weights;
        _bias = bias.Weights;
    }

    protected override void ForwardRow(float* x, float* y, float* statistics) =>
        (statistics[0], statistics[1]) = Kernels.LayerNorm(x, _weight, _bias, Epsilon, y, Width);

    protected override void BackwardRow(float* x, float* dy, float* statistics, float* dx, float* sums) =>
        Kernels.LayerNormBackward(x, _weight, statistics[0], statistics[1], dy, dx, sums, sums == null ? null : sums + Width, Width);
}
