using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Networks;

/// <summary>Loss and gradients of every tensor against <see cref="ReferenceNetwork"/>.</summary>
[TestClass]
public sealed class GradientTests
{
    private static readonly VectorWidth[] Widths = [.. Enum.GetValues<VectorWidth>().Where(width => width <= VectorKernels.Widest)];

    public static IEnumerable<object[]> Cases =>
        from kind in Enum.GetValues<ModelKind>()
        from tied in new[] { true, false }
        from width in Widths
        select new object[] { kind, tied, width };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Backpropagate_Everything_EqualsTheReference(ModelKind kind, bool tied, object width)
    {
        using var pool = new WorkerPool(2);
        using var network = Network.Create(
            TestNetworks.Architecture(kind, tied), pool, new NetworkOptions { MaximumRows = 2, Width = (VectorWidth)width }, seed: 1);
        TestNetworks.Randomize(network, seed: 2);
        AssertEqualsReference(network, TestNetworks.Batch());
    }

    // Where every position carries loss the last block copies no rows together; with two layers and more, and with one.
    [TestMethod]
    [DataRow(ModelKind.Gpt2, 2, 150)]
    [DataRow(ModelKind.Llama, 2, 150)]
    [DataRow(ModelKind.Gpt2, 1, 150)]
    [DataRow(ModelKind.Llama, 1, 2)]
    [DataRow(ModelKind.Gpt2, 3, 1)]
    public void Backpropagate_AllOrFewTargets_EqualsTheReference(ModelKind kind, int layers, int targets)
    {
        using var pool = new WorkerPool(2);
        var architecture = TestNetworks.Architecture(kind, tied: false) with { LayerCount = layers };
        using var network = Network.Create(architecture, pool, new NetworkOptions { MaximumRows = 2 }, seed: 1);
        TestNetworks.Randomize(network, seed: 6);
        var batch = TestNetworks.Batch();
        for (var i = 0; i < batch.Targets.Length; i++)
            batch.Targets[i] = i >= batch.Targets.Length - targets ? i % 61 : TokenBatch.NoTarget;
        AssertEqualsReference(network, batch);
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Backpropagate_Lora_EqualsTheReference(ModelKind kind)
    {
        using var pool = new WorkerPool(2);
        var options = new NetworkOptions { MaximumRows = 2, Lora = new LoraOptions { Rank = 3, Alpha = 5, TrainBiases = true } };
        using var network = Network.Create(TestNetworks.Architecture(kind, tied: true), pool, options, seed: 3);
        TestNetworks.Randomize(network, seed: 4);
        AssertEqualsReference(network, TestNetworks.Batch());
    }

    [TestMethod]
    [DataRow("blk.1.ffn_down.weight")]
    [DataRow("blk.0.attn_*.weight")]
    public void Backpropagate_LoraOfSomeMatrices_EqualsTheReference(string target)
    {
        using var pool = new WorkerPool(2);
        var options = new NetworkOptions { MaximumRows = 2, Lora = new LoraOptions { Rank = 2, Targets = [target] } };
        using var network = Network.Create(TestNetworks.Architecture(ModelKind.Llama, tied: false), pool, options, seed: 3);
        TestNetworks.Randomize(network, seed: 5);
        AssertEqualsReference(network, TestNetworks.Batch());
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2, true)]
    [DataRow(ModelKind.Llama, false)]
    public void Reference_Gradients_EqualDifferencesOfItsLoss(ModelKind kind, bool tied)
    {
        using var pool = new WorkerPool(1);
        using var network = Network.Create(TestNetworks.Architecture(kind, tied), pool, new NetworkOptions { MaximumRows = 2 }, seed: 1);
        TestNetworks.Randomize(network, seed: 2);
        var weights = TestNetworks.Weights(network);
        var batch = TestNetworks.Batch(length: 20);
        var reference = new ReferenceNetwork(network.Architecture, weights);
        reference.Loss(batch);
        reference.Backward();
        foreach (var (name, weight) in weights)
        {
            var index = weight.Count / 3;
            var value = weight[index];
            const double Step = 1e-5;
            weight[index] = value + Step;
            var up = reference.Loss(batch);
            weight[index] = value - Step;
            var down = reference.Loss(batch);
            weight[index] = value;
            // The differences are good to about Step².
            Assert.AreEqual((up - down) / (2 * Step), reference.Gradients[name][index], 1e-6, name);
        }
    }

    internal static void AssertEqualsReference(Transformer network, TokenBatch batch, double tolerance = 1e-5)
    {
        network.ZeroGradients();
        var loss = network.Backpropagate(batch);
        var reference = new ReferenceNetwork(network.Architecture, TestNetworks.Weights(network));
        var expected = reference.Loss(batch);
        reference.Backward();
        Assert.AreEqual(batch.Targets.Count(target => target != TokenBatch.NoTarget), loss.Count);
        Assert.AreEqual(expected, loss.Nats, 1e-5 * expected);
        Assert.IsTrue(network.Parameters.Any(parameter => parameter.IsTrainable));
        foreach (var parameter in network.Parameters.Where(parameter => parameter.IsTrainable))
        {
            var gradient = TestNetworks.Gradient(reference, network, parameter);
            var (difference, size) = (0d, 0d);
            for (var i = 0; i < gradient.Count; i++)
            {
                var actual = At(parameter, i);
                difference += (actual - gradient[i]) * (actual - gradient[i]);
                size += gradient[i] * gradient[i];
            }

            // Of the norm of a tensor; sums in 32 bits give about 1e-6.
            Assert.AreEqual(0, Math.Sqrt(difference / size), tolerance, parameter.Name);
        }
    }

    private static unsafe double At(Parameter parameter, int index) => parameter.Gradients[index];
}
