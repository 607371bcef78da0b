using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Networks;

[TestClass]
public sealed class NetworkTests
{
    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Evaluate_EqualsTheLossOfBackpropagate(ModelKind kind)
    {
        using var pool = new WorkerPool(2);
        using var network = Make(kind, pool, new NetworkOptions { MaximumRows = 2 });
        using var evaluation = Make(kind, pool, new NetworkOptions { MaximumRows = 2, EvaluateOnly = true });
        var batch = TestNetworks.Batch();
        var loss = network.Backpropagate(batch);
        Assert.AreEqual(loss, network.Evaluate(batch) with { Nats = loss.Nats });
        // Sums of exponentials are taken in another order; 1e-6 is about ten roundings.
        Assert.AreEqual(loss.Nats, network.Evaluate(batch).Nats, 1e-6 * loss.Nats);
        Assert.AreEqual(network.Evaluate(batch), evaluation.Evaluate(batch));
        Assert.IsLessThan(network.ByteCount, evaluation.ByteCount);
    }

    [TestMethod]
    public void Evaluate_SomeTargets_IsTheSumOfTheirLosses()
    {
        using var pool = new WorkerPool(2);
        using var network = Make(ModelKind.Llama, pool, new NetworkOptions { MaximumRows = 2 });
        var batch = TestNetworks.Batch();
        var all = network.Evaluate(batch);
        var (even, odd) = (TestNetworks.Batch(), TestNetworks.Batch());
        for (var i = 0; i < batch.Targets.Length; i++)
            (i % 2 == 0 ? odd : even).Targets[i] = TokenBatch.NoTarget;
        var sum = network.Evaluate(even) + network.Evaluate(odd);
        Assert.AreEqual(all.Count, sum.Count);
        // The logits of a row do not depend on its neighbours; only the sum over rows is taken in another order, in double precision.
        Assert.AreEqual(all.Nats, sum.Nats, 1e-10);
    }

    // What is dropped depends on the position and not on which positions carry loss.
    [TestMethod]
    [DataRow(ModelKind.Gpt2, null)]
    [DataRow(ModelKind.Llama, 0.4)]
    public void Backpropagate_SomeTargets_DropsWhatAllTargetsDrop(ModelKind kind, double? loraDropout)
    {
        using var pool = new WorkerPool(2);
        var options = new NetworkOptions { MaximumRows = 2, Dropout = 0.2 };
        if (loraDropout is { } rate)
            options = options with { Dropout = 0, Lora = new LoraOptions { Rank = 4, Dropout = rate } };
        using var network = Make(kind, pool, options);
        var (all, even, odd) = (TestNetworks.Batch(), TestNetworks.Batch(), TestNetworks.Batch());
        for (var i = 0; i < all.Targets.Length; i++)
        {
            all.Targets[i] = i % 61;
            (even.Targets[i], odd.Targets[i]) = i % 2 == 0 ? (i % 61, TokenBatch.NoTarget) : (TokenBatch.NoTarget, i % 61);
        }

        var whole = network.Backpropagate(all, dropoutSeed: 11);
        var sum = network.Backpropagate(even, dropoutSeed: 11) + network.Backpropagate(odd, dropoutSeed: 11);
        Assert.AreEqual(whole.Count, sum.Count);
        Assert.AreEqual(whole.Nats, sum.Nats, 1e-10);
        Assert.AreNotEqual(network.Evaluate(all).Nats, whole.Nats, 1e-2, "dropout does nothing");
    }

    [TestMethod]
    public void Backpropagate_Twice_AddsGradients()
    {
        using var pool = new WorkerPool(2);
        using var network = Make(ModelKind.Gpt2, pool, new NetworkOptions { MaximumRows = 2 });
        var batch = TestNetworks.Batch();
        network.Backpropagate(batch);
        var once = Gradients(network);
        network.Backpropagate(batch);
        var twice = Gradients(network);
        for (var i = 0; i < once.Length; i++)
            Assert.AreEqual(2 * once[i], twice[i], 1e-5f + (1e-5f * Math.Abs(once[i])));
        network.ZeroGradients();
        Assert.IsTrue(Gradients(network).All(gradient => gradient == 0));
    }

    [TestMethod]
    public void Backpropagate_NoTarget_GivesNothing()
    {
        using var pool = new WorkerPool(1);
        using var network = Make(ModelKind.Gpt2, pool, new NetworkOptions { MaximumRows = 2 });
        var batch = TestNetworks.Batch();
        Array.Fill(batch.Targets, TokenBatch.NoTarget);
        Assert.AreEqual(new LossSum(0, 0), network.Backpropagate(batch));
        Assert.IsTrue(Gradients(network).All(gradient => gradient == 0));
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2, null)]
    [DataRow(ModelKind.Llama, null)]
    [DataRow(ModelKind.Llama, 0.4)]
    public void Backpropagate_Dropout_GivesTheSlopeOfItsOwnLoss(ModelKind kind, double? loraDropout)
    {
        using var pool = new WorkerPool(2);
        var options = new NetworkOptions { MaximumRows = 2, Dropout = loraDropout is null ? 0.2 : 0 };
        if (loraDropout is { } rate)
            options = options with { Lora = new LoraOptions { Rank = 4, Dropout = rate, TrainBiases = true } };
        using var network = Make(kind, pool, options);
        var batch = TestNetworks.Batch();
        const ulong Seed = 11;
        var plain = network.Evaluate(batch).Nats;
        var loss = network.Backpropagate(batch, Seed).Nats;
        Assert.AreNotEqual(plain, loss, 1e-2, "dropout does nothing");
        var query = kind == ModelKind.Gpt2 ? "blk.0.attn_qkv.weight" : "blk.0.attn_q.weight";
        foreach (var name in new[] { "blk.0.attn_output.weight", "blk.1.ffn_down.weight", query })
        {
            var parameter = network.Find(loraDropout is null ? name : name + LoraNames.A);
            var slope = Along(parameter, 0);
            // Short, as the loss bends; differences of a 32-bit loss near 600 are then good for one part in a hundred.
            var step = 0.001 / Math.Sqrt(slope);
            Along(parameter, step);
            var up = network.Backpropagate(batch, Seed).Nats;
            Assert.AreNotEqual(loss, up);
            network.ZeroGradients();
            Restore(network);
            network.Backpropagate(batch, Seed);
            Along(parameter, -step);
            var down = network.Backpropagate(batch, Seed).Nats;
            Restore(network);
            network.ZeroGradients();
            network.Backpropagate(batch, Seed);
            Assert.AreEqual(slope, (up - down) / (2 * step), 0.02 * slope, name);
        }
    }

    [TestMethod]
    public void Create_TooLarge_SaysHowManyBytes()
    {
        using var pool = new WorkerPool(1);
        var architecture = TestNetworks.Architecture(ModelKind.Gpt2, tied: true) with
        {
            EmbeddingLength = 1 << 15,
            FeedForwardLength = 1 << 18,
            LayerCount = 100,
        };
        var error = Assert.ThrowsExactly<OutOfMemoryException>(() => Network.Create(architecture, pool, new NetworkOptions(), seed: 1));
        StringAssert.Matches(
            error.Message,
            new(@"^A gpt2 network of [\d,]+ parameters for 4 rows of 80 tokens needs [\d,]+ bytes, and .*: lower BatchSize or SequenceLength"));
    }

    [TestMethod]
    public void Create_BadOptions_ReportsEveryProblem()
    {
        using var pool = new WorkerPool(1);
        var options = new NetworkOptions { MaximumRows = 0, MaximumTokens = 81, Dropout = 1 };
        var architecture = TestNetworks.Architecture(ModelKind.Gpt2, tied: true);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Network.Create(architecture, pool, options, seed: 1));
        Assert.AreEqual(
            "The NetworkOptions are not valid: MaximumRows is 0; at least 1 is expected; "
            + "MaximumTokens is 81; 1 to the model's context of 80 is expected; "
            + "Dropout is 1; a number from 0 up to and without 1 is expected.",
            error.Message);
    }

    [TestMethod]
    [DataRow("input", "The input at row 1, position 3 is 61; a token from 0 to 60 is expected.")]
    [DataRow("target", "The target at row 1, position 3 is 61; a token from 0 to 60, or -1 for none, is expected.")]
    [DataRow("start", "The document start at row 1, position 3 is 61; a position from 0 to 3 is expected.")]
    public void Evaluate_BadBatch_NamesThePlace(string what, string message)
    {
        using var pool = new WorkerPool(1);
        using var network = Make(ModelKind.Gpt2, pool, new NetworkOptions { MaximumRows = 2 });
        var batch = TestNetworks.Batch(length: 20);
        (what switch { "input" => batch.Inputs, "target" => batch.Targets, _ => batch.DocumentStarts })[23] = 61;
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => network.Evaluate(batch)).Message, message);
    }

    [TestMethod]
    public void Evaluate_TooManyRows_Throws()
    {
        using var pool = new WorkerPool(1);
        using var network = Make(ModelKind.Gpt2, pool, new NetworkOptions { MaximumRows = 1, MaximumTokens = 16 });
        var error = Assert.ThrowsExactly<ArgumentException>(() => network.Evaluate(TestNetworks.Batch(length: 20)));
        StringAssert.StartsWith(error.Message, "The batch has 2 rows of 20 tokens; the network was made for 1 of 16.");
    }

    [TestMethod]
    public void Backpropagate_Steps_AllocateNothing()
    {
        using var pool = new WorkerPool(2);
        using var network = Make(ModelKind.Llama, pool, new NetworkOptions { MaximumRows = 2, Lora = new LoraOptions() });
        var batch = TestNetworks.Batch();
        network.Backpropagate(batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            network.Backpropagate(batch);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static readonly Dictionary<Parameter, float[]> Kept = [];

    private static Transformer Make(ModelKind kind, WorkerPool pool, NetworkOptions options)
    {
        var network = Network.Create(TestNetworks.Architecture(kind, tied: true), pool, options, seed: 1);
        TestNetworks.Randomize(network, seed: 2);
        return network;
    }

    private static unsafe float[] Gradients(Transformer network) =>
        [.. network.Parameters.SelectMany(parameter => new Span<float>(parameter.Gradients, (int)parameter.Count).ToArray())];

    // Moves along the gradient; returns its squared length.
    private static unsafe double Along(Parameter parameter, double step)
    {
        lock (Kept)
            Kept[parameter] = parameter.Values.ToArray();
        var square = 0d;
        for (var i = 0; i < parameter.Count; i++)
            square += (double)parameter.Gradients[i] * parameter.Gradients[i];
        for (var i = 0; i < parameter.Count; i++)
            parameter.Weights[i] += (float)(step * parameter.Gradients[i]);
        return square;
    }

    private static void Restore(Transformer network)
    {
        foreach (var parameter in network.Parameters)
        {
            lock (Kept)
            {
                if (Kept.TryGetValue(parameter, out var values))
                    values.CopyTo(parameter.Values);
            }
        }
    }
}
