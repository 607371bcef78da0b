using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Parity.Tests;

/// <summary>The loss that training sees is the one that llama.cpp measures on the exported file, for the same tokens.</summary>
/// <remarks>llama.cpp looks GELU up in a table of 16-bit numbers; 1e-3 nats per token leaves room for that.</remarks>
[TestClass]
public sealed class TrainingParityTests
{
    private const string Text = "Sensor 7 reports 21.5 °C; the valve opens at 22. {\"state\":\"open\"} and then it closes, slowly.";

    [TestMethod]
    [DataRow(ModelKind.Gpt2, true)]
    [DataRow(ModelKind.Gpt2, false)]
    [DataRow(ModelKind.Llama, true)]
    [DataRow(ModelKind.Llama, false)]
    public void Loss_OfTheExportedModel_EqualsLlamaCpp(ModelKind kind, bool tied)
    {
        using var folder = new TemporaryFolder();
        using var pool = new WorkerPool(2);
        using var network = Network.Load(TinyModels.Create(kind, seed: 6, tied: tied), pool, new NetworkOptions { MaximumRows = 1 });
        Descend(network, TestTokens());
        network.ToModel(TinyModels.Vocabulary()).Save(folder.PathOf("model.gguf"));
        Assert.AreEqual(network.Evaluate(TestTokens()).Mean, Perplexity(folder.PathOf("model.gguf")), 1e-3);
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Loss_OfTheAdapter_EqualsLlamaCpp(ModelKind kind)
    {
        using var folder = new TemporaryFolder();
        using var pool = new WorkerPool(2);
        var model = TinyModels.Create(kind, seed: 7);
        using var network = Network.Load(
            model, pool, new NetworkOptions { MaximumRows = 1, Lora = new LoraOptions { Rank = 4, Alpha = 8 } }, seed: 1);
        var before = network.Evaluate(TestTokens()).Mean;
        Descend(network, TestTokens());
        Descend(network, TestTokens());                                 // B begins as zero, so that A moves from the second step on
        model.Save(folder.PathOf("model.gguf"));
        LoraAdapter.Of(network).Save(folder.PathOf("adapter.gguf"));
        var trained = network.Evaluate(TestTokens()).Mean;
        Assert.AreNotEqual(before, trained, 0.01, "the adapter does nothing");
        Assert.AreEqual(before, Perplexity(folder.PathOf("model.gguf")), 1e-3);
        Assert.AreEqual(trained, Perplexity(folder.PathOf("model.gguf"), folder.PathOf("adapter.gguf")), 1e-3);
        network.ToModel(model.Vocabulary).Save(folder.PathOf("merged.gguf"));
        Assert.AreEqual(trained, Perplexity(folder.PathOf("merged.gguf")), 1e-3);
    }

    private static double Perplexity(string model, string? adapter = null)
    {
        using var engine = TinyGptPredictionEngine.Open(model, new TinyGptOptions { ExactAttention = true, Threads = 1 });
        if (adapter is not null)
            engine.SetAdapters((adapter, 1));
        return engine.Perplexity(Text).NatsPerToken;
    }

    // The model's tokens are bytes; the text becomes the tokens that the engine makes of it.
    private static TokenBatch TestTokens()
    {
        using var folder = new TemporaryFolder();
        TinyModels.Create(ModelKind.Llama).Save(folder.PathOf("tokens.gguf"));
        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("tokens.gguf"), new TinyGptOptions { Threads = 1 });
        var tokens = engine.Tokenize(Text);
        var batch = new TokenBatch(1, tokens.Length - 1);
        tokens.AsSpan(..^1).CopyTo(batch.Inputs);
        tokens.AsSpan(1..).CopyTo(batch.Targets);
        return batch;
    }

    // One step down the gradient, so that what is exported has been trained.
    private static unsafe void Descend(Transformer network, TokenBatch batch)
    {
        network.ZeroGradients();
        network.Backpropagate(batch);
        foreach (var parameter in network.Parameters.Where(parameter => parameter.IsTrainable))
        {
            for (var i = 0L; i < parameter.Count; i++)
                parameter.Weights[i] -= 1e-3f * parameter.Gradients[i];
        }
    }
}
