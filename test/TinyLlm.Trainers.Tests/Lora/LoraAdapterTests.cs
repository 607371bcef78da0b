using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;
using TinyLlm.Trainers.Tests.Networks;

namespace TinyLlm.Trainers.Tests.Lora;

[TestClass]
public sealed class LoraAdapterTests
{
    private static readonly LoraOptions Options = new() { Rank = 4, Alpha = 6, Targets = ["blk.*.attn_*.weight", "blk.1.ffn_down.weight"] };

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void ToModel_Merged_HasTheLossOfThePairs(ModelKind kind)
    {
        using var pool = new WorkerPool(2);
        using var adapted = Adapted(kind, pool);
        var options = new NetworkOptions { MaximumRows = 2, EvaluateOnly = true };
        using var merged = Network.Load(adapted.ToModel(TinyModels.Vocabulary()), pool, options);
        var batch = TestNetworks.Batch(vocabulary: 257);
        var expected = adapted.Evaluate(batch).Nats;
        // W·x + s·B·(A·x) and (W + s·B·A)·x differ by roundings.
        Assert.AreEqual(expected, merged.Evaluate(batch).Nats, 1e-5 * expected);
        Assert.AreNotEqual(expected, Plain(kind, pool).Evaluate(batch).Nats, 1e-3 * expected);
    }

    [TestMethod]
    public void LoadAndMerge_TensorsThatAreWrong_AreNamed()
    {
        const string Name = "blk.0.ffn_up.weight";
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        StringAssert.Contains(
            Fails(Pair(4, 64, 192, 4), float.NaN), "'adapter.lora.alpha' must be 0 or a positive number but is NaN.");
        StringAssert.Contains(
            Fails(Pair(4, 64, 192, 5)),
            "are no pair of one rank; [r, in] and [out, r] are expected.");
        StringAssert.Contains(Fails([Pair(4, 64, 192, 4)[0]]), "and lacks 'blk.0.ffn_up.weight.lora_b'.");
        StringAssert.Contains(
            Fails([new ModelTensor(Name + LoraNames.A, GgufTensorType.I32, [4, 64], new byte[1024]), Pair(4, 64, 192, 4)[1]]),
            "is I32 [4, 64]; a matrix of a type that can be decoded is expected.");
        Write(Pair(4, 32, 192, 4));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => LoraAdapter.Load(folder.PathOf("a.gguf")).MergeInto(model)).Message,
            "The adapter's 'blk.0.ffn_up.weight' is [192, 32], and the model's is [192, 64].");

        static ModelTensor[] Pair(int rank, int columns, int rows, int other) =>
        [
            ModelTensor.FromSingles(Name + LoraNames.A, [rank, columns], new float[rank * columns]),
            ModelTensor.FromSingles(Name + LoraNames.B, [rows, other], new float[rows * other]),
        ];

        void Write(ModelTensor[] tensors, float alpha = 8) => GgufWriter.Write(
            folder.PathOf("a.gguf"),
            GgufMetadata.Empty.With("general.type", "adapter").With("general.architecture", "llama")
                .With("adapter.type", "lora").With("adapter.lora.alpha", alpha),
            tensors);

        string Fails(ModelTensor[] tensors, float alpha = 8)
        {
            Write(tensors, alpha);
            return Assert.ThrowsExactly<GgufFormatException>(() => LoraAdapter.Load(folder.PathOf("a.gguf"))).Message;
        }
    }

    [TestMethod]
    public void SaveAndLoad_GivesTheSamePairs()
    {
        using var folder = new TemporaryFolder();
        using var pool = new WorkerPool(2);
        using var network = Adapted(ModelKind.Llama, pool);
        LoraAdapter.Of(network).Save(folder.PathOf("adapter.gguf"));
        var adapter = LoraAdapter.Load(folder.PathOf("adapter.gguf"));
        Assert.AreEqual(4, adapter.Options.Rank);
        Assert.AreEqual(6, adapter.Options.Alpha);
        using var other = Network.Load(
            TinyModels.Create(ModelKind.Llama), pool, new NetworkOptions { MaximumRows = 2, Lora = adapter.Options }, seed: 99);
        adapter.CopyTo(other);
        var batch = TestNetworks.Batch(vocabulary: 257);
        Assert.AreEqual(network.Evaluate(batch), other.Evaluate(batch));
        var (fromNetwork, fromFile) = (network.ToModel(TinyModels.Vocabulary()), adapter.MergeInto(TinyModels.Create(ModelKind.Llama)));
        foreach (var tensor in fromNetwork.Tensors)
            CollectionAssert.AreEqual(tensor.ToSingles(), fromFile[tensor.Name].ToSingles(), tensor.Name);
    }

    [TestMethod]
    public void Load_Pairs_BeginAsNothing()
    {
        using var pool = new WorkerPool(2);
        var options = new NetworkOptions { MaximumRows = 2, Lora = new LoraOptions() };
        using var network = Network.Load(TinyModels.Create(ModelKind.Gpt2), pool, options, seed: 1);
        var batch = TestNetworks.Batch(vocabulary: 257);
        Assert.AreEqual(Plain(ModelKind.Gpt2, pool).Evaluate(batch), network.Evaluate(batch));
    }

    [TestMethod]
    [DataRow("*", 4, 6.0, "The network has the pair 'blk.0.ffn_gate.weight.lora_a', and the adapter has not")]
    [DataRow("blk.0.attn_q.weight", 4, 6.0, "The adapter has the pair 'blk.0.attn_k.weight.lora_a', and the network has not")]
    [DataRow(null, 5, 6.0, "'blk.0.attn_q.weight.lora_a' is [4, 64] in the adapter and [5, 64] in the network")]
    [DataRow(null, 4, 7.0, "made with α = 7, and the adapter has 6")]
    public void CopyTo_OtherPairs_NamesTheFirst(string? target, int rank, double alpha, string message)
    {
        using var pool = new WorkerPool(1);
        using var network = Adapted(ModelKind.Llama, pool);
        var options = Options with { Rank = rank, Alpha = alpha, Targets = target is null ? Options.Targets : [target] };
        using var other = Network.Load(TinyModels.Create(ModelKind.Llama), pool, new NetworkOptions { Lora = options });
        var error = Assert.ThrowsExactly<ArgumentException>(() => LoraAdapter.Of(network).CopyTo(other));
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void CopyTo_OtherArchitecture_NamesBoth()
    {
        using var pool = new WorkerPool(1);
        using var network = Adapted(ModelKind.Llama, pool);
        using var other = Adapted(ModelKind.Gpt2, pool);
        var error = Assert.ThrowsExactly<ArgumentException>(() => LoraAdapter.Of(network).CopyTo(other));
        StringAssert.Contains(error.Message, "for the architecture 'llama', and the model's is 'gpt2'");
    }

    [TestMethod]
    public void Of_TrainedBiases_AsksForAMerge()
    {
        using var pool = new WorkerPool(1);
        var options = new NetworkOptions { Lora = new LoraOptions { TrainBiases = true } };
        using var network = Network.Load(TinyModels.Create(ModelKind.Gpt2), pool, options);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => LoraAdapter.Of(network));
        StringAssert.Contains(error.Message, "TrainBiases is on: merge the update instead");
        using var plain = Plain(ModelKind.Gpt2, pool);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => LoraAdapter.Of(plain)).Message, "made without LoRA");
    }

    [TestMethod]
    public void Load_AModelFile_SaysThatItIsNoAdapter()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        model.WithMetadata(model.Metadata.With("general.type", "model")).Save(folder.PathOf("model.gguf"));
        var error = Assert.ThrowsExactly<GgufFormatException>(() => LoraAdapter.Load(folder.PathOf("model.gguf")));
        StringAssert.Contains(error.Message, "'general.type' must be 'adapter' but is");
    }

    private static Transformer Adapted(ModelKind kind, WorkerPool pool)
    {
        var network = Network.Load(TinyModels.Create(kind), pool, new NetworkOptions { MaximumRows = 2, Lora = Options });
        var random = new Random(8);
        foreach (var parameter in network.Parameters.Where(parameter => LoraNames.IsPart(parameter.Name)))
        {
            for (var i = 0; i < parameter.Values.Length; i++)
                parameter.Values[i] = (float)((random.NextDouble() - 0.5) * 0.4);
        }

        return network;
    }

    private static Transformer Plain(ModelKind kind, WorkerPool pool) =>
        Network.Load(TinyModels.Create(kind), pool, new NetworkOptions { MaximumRows = 2, EvaluateOnly = true });
}
