using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Networks;
using TinyLlm.Trainers.Tests.Networks;

namespace TinyLlm.Trainers.Tests.Training;

/// <summary>The training loop once more, in double precision: mean gradient, limited norm, AdamW as in arXiv 1711.05101.</summary>
internal sealed class ReferenceRun(Transformer network, RowSource source, TrainingOptions options)
{
    private readonly Dictionary<string, Tensor> _weights = TestNetworks.Weights(network);
    private readonly Dictionary<string, (double[] First, double[] Second)> _moments = [];

    /// <summary>Does one step and returns its loss and gradient norm.</summary>
    public (double Loss, double Norm) Step(int step, double rate)
    {
        var reference = new ReferenceNetwork(network.Architecture, _weights);
        var loss = 0.0;
        for (var i = 0; i < options.GradientAccumulation; i++)
        {
            var batch = new TokenBatch(options.BatchSize, options.SequenceLength);
            for (var row = 0; row < options.BatchSize; row++)
                source.Next(batch, row);
            loss += reference.Loss(batch);
            reference.Backward();
        }

        double count = options.GradientAccumulation * options.BatchSize * options.SequenceLength;
        var squares = reference.Gradients.Values.Sum(gradient => Enumerable.Range(0, gradient.Count).Sum(i => gradient[i] * gradient[i]));
        var norm = Math.Sqrt(squares) / count;
        var limit = Math.Min(1, options.ClipNorm!.Value / norm);
        foreach (var parameter in network.Parameters)
            Update(parameter, reference.Gradients[parameter.Name].Scaled(limit / count), step, rate);
        return (loss / count, norm);
    }

    private void Update(Parameter parameter, Tensor gradient, int step, double rate)
    {
        var weights = _weights[parameter.Name];
        if (!_moments.TryGetValue(parameter.Name, out var moments))
            _moments[parameter.Name] = moments = (new double[weights.Count], new double[weights.Count]);
        var decay = parameter.Shape.Length >= 2 ? options.WeightDecay : 0;
        for (var i = 0; i < weights.Count; i++)
        {
            moments.First[i] = (options.Beta1 * moments.First[i]) + ((1 - options.Beta1) * gradient[i]);
            moments.Second[i] = (options.Beta2 * moments.Second[i]) + ((1 - options.Beta2) * gradient[i] * gradient[i]);
            var first = moments.First[i] / (1 - Math.Pow(options.Beta1, step));
            var root = Math.Sqrt(moments.Second[i] / (1 - Math.Pow(options.Beta2, step)));
            weights[i] -= rate * ((first / (root + options.Epsilon)) + (decay * weights[i]));
        }
    }
}
