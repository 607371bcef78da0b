using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Training;

/// <summary>
/// The smallest language model: the logits of the next token are a row of a table, plus a bias. Softmax cross-entropy, gradient by hand.
/// </summary>
/// <remarks>It counts what it computes, and can be told to break.</remarks>
internal sealed unsafe class BigramNetwork : Network
{
    private readonly int _vocabulary;
    private readonly float* _memory;
    private readonly nuint _bytes;
    private readonly double[] _probabilities;

    public BigramNetwork(int vocabulary, int seed = 1, bool freezeBias = false)
    {
        _vocabulary = vocabulary;
        _probabilities = new double[vocabulary];
        var (table, bias) = (vocabulary * vocabulary, vocabulary);
        _bytes = (nuint)(2 * (table + bias) * sizeof(float));
        _memory = (float*)NativeMemory.AlignedAlloc(_bytes, 64);
        NativeMemory.Clear(_memory, _bytes);
        var random = new Random(seed);
        for (var i = 0; i < table + bias; i++)
            _memory[i] = (float)(random.NextDouble() - 0.5);
        Table = new Parameter("table.weight", [vocabulary, vocabulary], _memory, _memory + table + bias);
        Bias = new Parameter("table.bias", [vocabulary], _memory + table, freezeBias ? null : _memory + (2 * table) + bias);
        Parameters = [Table, Bias];
    }

    public Parameter Table { get; }

    public Parameter Bias { get; }

    public override ImmutableArray<Parameter> Parameters { get; }

    /// <summary>Gets or sets the backward pass, from 1, that makes a gradient infinite.</summary>
    public int? BreaksAt { get; set; }

    /// <summary>Gets or sets the share of targets that the dropout seed leaves out.</summary>
    public double Dropout { get; set; }

    /// <summary>Gets the number of backward passes.</summary>
    public int Passes { get; private set; }

    /// <summary>Gets what is called before each backward pass.</summary>
    public Action<int>? BeforePass { get; set; }

    /// <summary>Gets the dropout seeds of all backward passes.</summary>
    public List<ulong> Seeds { get; } = new(1000);

    /// <summary>Gets all weights.</summary>
    public float[] Weights => [.. Parameters.SelectMany(parameter => new Span<float>(parameter.Weights, (int)parameter.Count).ToArray())];

    public override LossSum Backpropagate(TokenBatch batch, ulong dropoutSeed = 0)
    {
        Passes++;
        Seeds.Add(dropoutSeed);
        BeforePass?.Invoke(Passes);
        var sum = Pass(batch, dropoutSeed, backward: true);
        if (Passes == BreaksAt)
            Bias.Gradients[1] = float.PositiveInfinity;
        return sum;
    }

    public override LossSum Evaluate(TokenBatch batch) => Pass(batch, 0, backward: false);

    public override void ZeroGradients() => NativeMemory.Clear((byte*)_memory + (_bytes / 2), _bytes / 2);

    public override void Dispose() => NativeMemory.AlignedFree(_memory);

    private LossSum Pass(TokenBatch batch, ulong seed, bool backward)
    {
        var (nats, count) = (0.0, 0L);
        for (var i = 0; i < batch.Inputs.Length; i++)
        {
            var (input, target) = (batch.Inputs[i], batch.Targets[i]);
            var isDropped = backward && Trainers.Data.Mixing.Derive(seed, (ulong)i) / (double)ulong.MaxValue < Dropout;
            if (target == TokenBatch.NoTarget || isDropped)
                continue;
            var row = Table.Weights + ((long)input * _vocabulary);
            var total = 0.0;
            for (var v = 0; v < _vocabulary; v++)
                total += _probabilities[v] = Math.Exp(row[v] + Bias.Weights[v]);
            nats -= Math.Log(_probabilities[target] / total);
            count++;
            for (var v = 0; backward && v < _vocabulary; v++)
            {
                var gradient = (float)((_probabilities[v] / total) - (v == target ? 1 : 0));
                Table.Gradients[((long)input * _vocabulary) + v] += gradient;
                if (Bias.IsTrainable)
                    Bias.Gradients[v] += gradient;
            }
        }

        return new LossSum(nats, count);
    }
}
