using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Networks;

/// <summary>What keeping weights and activations in BF16 changes, and what it does not.</summary>
[TestClass]
public sealed class PrecisionTests
{
    private static readonly NetworkOptions Rounded = new() { MaximumRows = 2, Precision = TrainingPrecision.BFloat16 };

    private static readonly NetworkOptions RoundedLora = Rounded with
    {
        Lora = new LoraOptions { Rank = 3, Alpha = 5, TrainBiases = true },
    };

    // The forward pass reads the same numbers in the same order, whatever they are kept in.
    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Backpropagate_LoraBaseInBFloat16_HasTheLossOfARoundedBase(ModelKind kind)
    {
        using var pool = new WorkerPool(2);
        using var network = Make(kind, pool, RoundedLora, tied: false);
        using var rounded = Make(kind, pool, RoundedLora with { Precision = TrainingPrecision.Single }, tied: false);
        var batch = TestNetworks.Batch();
        Assert.AreNotEqual(rounded.Evaluate(batch), network.Evaluate(batch));
        foreach (var parameter in rounded.Parameters.Where(parameter => !parameter.IsTrainable && parameter.Shape.Length == 2))
            ModelTensor.FromSingles("w", parameter.Shape, parameter.ToSingles()).ConvertTo(GgufTensorType.BF16).CopyTo(parameter.Values);
        Assert.AreEqual(rounded.Evaluate(batch), network.Evaluate(batch));
        Assert.AreEqual(rounded.Backpropagate(batch), network.Backpropagate(batch));
    }

    // Rounding to 8 bits errs by at most 2⁻⁸ of a number, and by chance up and down. A gradient passes some ten rounded matrices in two
    // layers: 1e-2 of a tensor's norm is room enough for errors of which most cancel.
    [TestMethod]
    [DataRow(ModelKind.Gpt2, true, false)]
    [DataRow(ModelKind.Gpt2, false, true)]
    [DataRow(ModelKind.Llama, true, true)]
    [DataRow(ModelKind.Llama, false, false)]
    public void Backpropagate_BFloat16_IsNearTheReference(ModelKind kind, bool tied, bool adapts)
    {
        using var pool = new WorkerPool(2);
        using var network = Make(kind, pool, adapts ? RoundedLora : Rounded, tied);
        GradientTests.AssertEqualsReference(network, TestNetworks.Batch(), tolerance: 1e-2);
    }

    // Only the backward pass reads what was rounded: a network whose weights are all trained has the loss of 32 bits.
    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Backpropagate_AllWeightsTrained_HasTheLossOfSingle(ModelKind kind)
    {
        using var pool = new WorkerPool(2);
        using var network = Make(kind, pool, Rounded, tied: true);
        using var single = Make(kind, pool, Rounded with { Precision = TrainingPrecision.Single }, tied: true);
        var batch = TestNetworks.Batch();
        Assert.AreEqual(single.Backpropagate(batch), network.Backpropagate(batch));
    }

    // 6 layers × 128 over 1,024 rows. What is left are logits, trained weights, one block's 32-bit activations and the packing's panels.
    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Create_BFloat16_TakesLessMemory(ModelKind kind)
    {
        using var pool = new WorkerPool(1);
        var architecture = TestNetworks.Architecture(kind, tied: true) with
        {
            LayerCount = 6,
            EmbeddingLength = 128,
            FeedForwardLength = 512,
            ContextLength = 256,
            VocabularySize = 2048,
        };
        Assert.IsLessThan(0.85, Share(null));
        Assert.IsLessThan(0.8, Share(new LoraOptions()));

        double Share(LoraOptions? lora)
        {
            var options = new NetworkOptions { MaximumRows = 4, Lora = lora };
            using var single = Network.Create(architecture, pool, options, seed: 1);
            using var rounded = Network.Create(architecture, pool, options with { Precision = TrainingPrecision.BFloat16 }, seed: 1);
            return rounded.ByteCount / (double)single.ByteCount;
        }
    }

    [TestMethod]
    public void Values_InBFloat16_SaysThatTheyAreNot()
    {
        using var pool = new WorkerPool(1);
        using var network = Make(ModelKind.Gpt2, pool, RoundedLora, tied: true);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => network.Find("token_embd.weight").Values.Length);
        Assert.AreEqual("'token_embd.weight' is kept in BF16 and has no 32-bit values: copy them.", error.Message);
    }

    // Frozen vectors and all that is trained stay in 32 bits.
    [TestMethod]
    public void Create_Lora_KeepsFrozenMatricesInBFloat16()
    {
        using var pool = new WorkerPool(1);
        using var network = Make(ModelKind.Gpt2, pool, RoundedLora, tied: true);
        foreach (var parameter in network.Parameters)
            Assert.AreEqual(parameter.Shape.Length == 2 && !LoraNames.IsPart(parameter.Name), parameter.IsBFloat16, parameter.Name);
    }

    private static Transformer Make(ModelKind kind, WorkerPool pool, NetworkOptions options, bool tied)
    {
        var network = Network.Create(TestNetworks.Architecture(kind, tied), pool, options, seed: 1);
        TestNetworks.Randomize(network, seed: 2);
        return network;
    }
}
