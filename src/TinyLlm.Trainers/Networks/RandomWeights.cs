using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>
/// How weights begin: as in GPT-2 (<see
/// href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"/>, 2.3).
/// </summary>
internal sealed class RandomWeights : WorkItems
{
    private const double Deviation = 0.02;
    private const int NumbersPerItem = 1 << 16;

    private readonly Parameter _parameter;
    private readonly CounterRandom _random;
    private readonly float _deviation;

    private RandomWeights(Parameter parameter, CounterRandom random, double deviation) =>
        (_parameter, _random, _deviation) = (parameter, random, (float)deviation);

    /// <summary>Fills all parameters: ones for norms, zeros for biases, and normal numbers for matrices.</summary>
    public static void Fill(Transformer network, WorkerPool pool, ulong seed)
    {
        for (var i = 0; i < network.Parameters.Length; i++)
        {
            var parameter = network.Parameters[i];
            if (parameter.Shape.Length < 2)
            {
                parameter.Values.Fill(parameter.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0);
                continue;
            }

            // Two parts of each block add to the residual stream; scaled, their sum keeps its size however many blocks there are.
            var endsResidual = parameter.Name.EndsWith("attn_output.weight", StringComparison.Ordinal)
                || parameter.Name.EndsWith("ffn_down.weight", StringComparison.Ordinal);
            var deviation = endsResidual ? Deviation / Math.Sqrt(2 * network.Architecture.LayerCount) : Deviation;
            var items = (int)((parameter.Count + NumbersPerItem - 1) / NumbersPerItem);
            pool.Run(new RandomWeights(parameter, new CounterRandom(CounterRandom.Key(seed, i)), deviation), items);
        }

        FillPairs(network, seed);
    }

    /// <summary>Fills pairs of low rank: A uniform within ±1/√in, B zero, so that the update begins as nothing.</summary>
    public static void FillPairs(Transformer network, ulong seed)
    {
        for (var i = 0; i < network.Parameters.Length; i++)
        {
            var parameter = network.Parameters[i];
            if (!LoraNames.IsPart(parameter.Name))
                continue;
            var random = new CounterRandom(CounterRandom.Key(seed, i));
            var bound = parameter.Name.EndsWith(LoraNames.A, StringComparison.Ordinal) ? 1 / Math.Sqrt(parameter.Shape[1]) : 0;
            for (var k = 0; k < parameter.Values.Length; k++)
                parameter.Values[k] = (float)(((2 * random.Single(k)) - 1) * bound);
        }
    }

    /// <inheritdoc/>
    public override void Execute(int item, int worker)
    {
        var end = Math.Min(_parameter.Count, (item + 1L) * NumbersPerItem);
        for (var i = (long)item * NumbersPerItem; i < end; i += 2)
        {
            var (first, second) = _random.Normal(i);
            _parameter.Set(i, first * _deviation);
            if (i + 1 < end)
                _parameter.Set(i + 1, second * _deviation);
        }
    }
}
