using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Networks;

/// <summary>The same bits however the work is shared out, and whatever is kept or computed again.</summary>
[TestClass]
public sealed class DeterminismTests
{
    [TestMethod]
    [DataRow(ModelKind.Gpt2, 0.0)]
    [DataRow(ModelKind.Gpt2, 0.3)]
    [DataRow(ModelKind.Llama, 0.0)]
    [DataRow(ModelKind.Llama, 0.3)]
    public void Backpropagate_AnyNumberOfWorkers_GivesTheSameBits(ModelKind kind, double dropout)
    {
        var options = new NetworkOptions { MaximumRows = 2, Dropout = dropout };
        var expected = Bits(kind, options, workers: 1);
        Assert.AreEqual(expected, Bits(kind, options, workers: 2));
        Assert.AreEqual(expected, Bits(kind, options, workers: 4));
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Backpropagate_BlocksComputedAgain_GivesTheSameBits(ModelKind kind)
    {
        var options = new NetworkOptions { MaximumRows = 2, Dropout = 0.2 };
        Assert.AreEqual(Bits(kind, options, 2), Bits(kind, options with { RecomputeBlocks = true }, 2));
    }

    [TestMethod]
    public void Backpropagate_LoraWithDropout_GivesTheSameBits()
    {
        var options = new NetworkOptions { MaximumRows = 2, Lora = new LoraOptions { Rank = 4, Dropout = 0.3 } };
        var expected = Bits(ModelKind.Llama, options, 1);
        Assert.AreEqual(expected, Bits(ModelKind.Llama, options, 4));
        Assert.AreEqual(expected, Bits(ModelKind.Llama, options with { RecomputeBlocks = true }, 4));
    }

    // What is computed again is rounded as what is kept: the choice between them does not show, nor does the number of workers.
    [TestMethod]
    [DataRow(ModelKind.Gpt2, false)]
    [DataRow(ModelKind.Llama, false)]
    [DataRow(ModelKind.Gpt2, true)]
    [DataRow(ModelKind.Llama, true)]
    public void Backpropagate_BFloat16_GivesTheSameBits(ModelKind kind, bool adapts)
    {
        var options = new NetworkOptions
        {
            MaximumRows = 2,
            Dropout = 0.2,
            Precision = TrainingPrecision.BFloat16,
            Lora = adapts ? new LoraOptions { Rank = 4, Dropout = 0.3 } : null,
        };
        var expected = Bits(kind, options, 1);
        Assert.AreEqual(expected, Bits(kind, options, 2));
        Assert.AreEqual(expected, Bits(kind, options, 4));
        Assert.AreEqual(expected, Bits(kind, options with { RecomputeBlocks = true }, 4));
        Assert.AreNotEqual(expected, Bits(kind, options with { Precision = TrainingPrecision.Single }, 1));
    }

    // A hash of the loss and all gradients.
    private static (double Loss, ulong Gradients) Bits(ModelKind kind, NetworkOptions options, int workers)
    {
        using var pool = new WorkerPool(workers);
        using var network = Network.Create(TestNetworks.Architecture(kind, tied: true), pool, options, seed: 1);
        TestNetworks.Randomize(network, seed: 2);
        var batch = TestNetworks.Batch();
        var loss = network.Backpropagate(batch, dropoutSeed: 5) + network.Backpropagate(batch, dropoutSeed: 6);
        var hash = 14695981039346656037UL;
        foreach (var parameter in network.Parameters.Where(parameter => parameter.IsTrainable))
        {
            foreach (var bits in Gradients(parameter))
                hash = (hash ^ (uint)BitConverter.SingleToInt32Bits(bits)) * 1099511628211UL;
        }

        return (loss.Nats, hash);
    }

    private static unsafe float[] Gradients(Parameter parameter) => new Span<float>(parameter.Gradients, (int)parameter.Count).ToArray();
}
