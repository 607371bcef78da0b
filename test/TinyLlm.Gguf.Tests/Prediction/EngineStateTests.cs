namespace TinyLlm.Gguf.Tests.Prediction;

[TestClass]
public sealed class EngineStateTests
{
    private const int Rank = 4;

    [TestMethod]
    public void SetAdapters_Lora_IsTheMergedModelAndComesOffAgain()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama, seed: 3);
        var (name, alpha, scale) = ("blk.1.ffn_up.weight", 8f, 0.5f);
        var (a, b) = (Matrix(Rank, 64, 1), Matrix(192, Rank, 2)); // [r, in], [out, r]
        GgufWriter.Write(
            folder.PathOf("lora.gguf"),
            GgufMetadata.Empty.With("general.type", "adapter")
                .With("general.architecture", "llama").With("adapter.type", "lora").With("adapter.lora.alpha", alpha),
            [ModelTensor.FromSingles(name + ".lora_a", [Rank, 64], a), ModelTensor.FromSingles(name + ".lora_b", [192, Rank], b)]);
        var merged = model[name].ToSingles();
        for (var o = 0; o < 192; o++)
        {
            for (var i = 0; i < 64; i++)
                merged[(o * 64) + i] += scale * alpha / Rank * Enumerable.Range(0, Rank).Sum(r => b[(o * Rank) + r] * a[(r * 64) + i]);
        }

        using var plain = Open(model);
        using var expected = Open(model.WithTensors([ModelTensor.FromSingles(name, [192, 64], merged)]));
        var before = plain.NextTokens("window", 3);
        plain.SetAdapters((folder.PathOf("lora.gguf"), scale));
        foreach (var (x, y) in expected.NextTokens("window", 20).Zip(plain.NextTokens("window", 20)))
            Assert.AreEqual(x.Probability, y.Probability, 1e-4);
        Assert.AreEqual(expected.Perplexity("some text").NatsPerToken, plain.Perplexity("some text").NatsPerToken, 1e-3);
        Assert.AreEqual(
            expected.Classify("window", ["a", "bc"]).LogLikelihoods[1], plain.Classify("window", ["a", "bc"]).LogLikelihoods[1], 1e-3);
        plain.SetAdapters();
        using (var without = Open(model))
            Assert.AreEqual(
                without.Classify("window", ["a", "bc"]).LogLikelihoods[1], plain.Classify("window", ["a", "bc"]).LogLikelihoods[1], 1e-5);
        CollectionAssert.AreEqual(before.ToArray(), plain.NextTokens("window", 3).ToArray());
    }

    [TestMethod]
    public void SetAdapters_NoAdapterOrOtherModel_IsNamed()
    {
        using var folder = new TemporaryFolder();
        TinyModels.Create(ModelKind.Llama).Save(folder.PathOf("model.gguf"));
        using var engine = Open(TinyModels.Create(ModelKind.Llama));
        StringAssert.Contains(
            Assert.ThrowsExactly<GgufFormatException>(() => engine.SetAdapters((folder.PathOf("model.gguf"), 1))).Message,
            "is no LoRA adapter");
        GgufWriter.Write(
            folder.PathOf("other.gguf"),
            GgufMetadata.Empty.With("general.type", "adapter")
                .With("general.architecture", "llama").With("adapter.type", "lora").With("adapter.lora.alpha", 1f),
            [
                ModelTensor.FromSingles("blk.9.ffn_up.weight.lora_a", [1, 64], new float[64]),
                ModelTensor.FromSingles("blk.9.ffn_up.weight.lora_b", [192, 1], new float[192]),
            ]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => engine.SetAdapters((folder.PathOf("other.gguf"), 1))).Message,
            "no LoRA adapter for this model");
        Assert.HasCount(1, engine.NextTokens("still works", 1));
    }

    [TestMethod]
    public void Session_SavedAndLoaded_GoesOnWithoutComputingAgain()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Gpt2, seed: 4);
        var options = new GenerationOptions { MaximumTokens = 6 };
        string expected;
        using (var first = Open(model))
        {
            first.Generate("The gesture of the window is", options with { MaximumTokens = 1 });
            first.SaveSession(folder.PathOf("session.bin"));
            expected = first.Generate("The gesture of the window is now", options);
        }

        using var second = Open(model);
        second.LoadSession(folder.PathOf("session.bin"));
        Assert.AreEqual(expected, second.Generate("The gesture of the window is now", options));
        Assert.AreEqual(" now".Length, second.Metrics.PromptTokens, "The rest came from the session.");
        Assert.HasCount(1, Directory.GetFiles(folder.Root));
    }

    [TestMethod]
    public void LoadSession_MissingOrOtherFile_IsNamed()
    {
        using var folder = new TemporaryFolder();
        using var engine = Open(TinyModels.Create(ModelKind.Gpt2));
        Assert.ThrowsExactly<FileNotFoundException>(() => engine.LoadSession(folder.PathOf("none.bin")));
        File.WriteAllText(folder.PathOf("text.bin"), "this is no session");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => engine.LoadSession(folder.PathOf("text.bin"))).Message,
            "is no session of this model");
        Assert.HasCount(1, engine.NextTokens("still works", 1));
    }

    [TestMethod]
    public void Classify_TemperatureAndAbstention_ChangeTheAnswerNotTheLikelihoods()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama, seed: 6));
        string[] labels = ["tap", "hold"];
        var plain = engine.Classify("x", labels);
        var soft = engine.Classify("x", labels, new ClassificationOptions { Temperature = 4 });
        CollectionAssert.AreEqual(plain.LogLikelihoods.ToArray(), soft.LogLikelihoods.ToArray());
        var difference = (plain.LogLikelihoods[0] - plain.LogLikelihoods[1]) / 4;
        Assert.AreEqual(1 / (1 + Math.Exp(-difference)), soft.Probabilities[0], 1e-9);
        Assert.IsNull(engine.Classify("x", labels, new ClassificationOptions { AbstainBelow = plain.Probabilities.Max() + 1e-9 }).Label);
        Assert.AreEqual(
            plain.Label, engine.Classify("x", labels, new ClassificationOptions { AbstainBelow = plain.Probabilities.Max() - 1e-9 }).Label);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => engine.Classify("x", labels, new ClassificationOptions { Temperature = 0 })).Message,
            "Temperature is 0");
    }

    private static float[] Matrix(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static TinyGptPredictionEngine Open(LanguageModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return TinyGptPredictionEngine.Open(stream.ToArray(), new TinyGptOptions { ExactAttention = true, Threads = 1 });
    }
}
