namespace TinyLlm.Gguf.Tests.Prediction;

[TestClass]
public sealed class SessionTests
{
    // llama.cpp multiplies weights that it has read in another order than those that it has mapped.
    private const double Mapped = 1e-6;

    private const string Prompt = "The gesture of the window is";

    private readonly TemporaryFolder _folder = new();
    private readonly LanguageModel _model = TinyModels.Create(ModelKind.Llama, seed: 4, contextLength: 512);

    private string Session => _folder.PathOf("session.gguf");

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void LoadSession_SameModelFromElsewhere_GoesOn()
    {
        var expected = Save(_model);
        _model.WithMetadata(GgufMetadata.Empty.With("general.name", "a copy")).Save(_folder.PathOf("copy.gguf"));
        using var engine = TinyGptPredictionEngine.Open(_folder.PathOf("copy.gguf"), Exact);
        engine.LoadSession(Session);
        Assert.AreEqual(expected, engine.Generate(Prompt + " now", Few));
        Assert.AreEqual(" now".Length, engine.Metrics.PromptTokens, "The rest came from the session.");
    }

    [TestMethod]
    public void LoadSession_OtherModelAdapterOrOptions_SaysWhatDiffers()
    {
        var other = TinyModels.Create(ModelKind.Llama, seed: 5, contextLength: 512);
        var adapter = Adapter("adapter.gguf", seed: 1);
        Save(_model);
        using (var engine = TinyGptPredictionEngine.Open(other, Exact))
            Refused(engine, $"Model is {_model.ContentHash} there and {other.ContentHash} here. Open what it was saved with");
        using (var engine = TinyGptPredictionEngine.Open(_model, Exact with { ContextLength = 256 }))
            Refused(engine, "ContextLength is 512 there and 256 here.");
        using (var engine = TinyGptPredictionEngine.Open(_model, Exact with { ExactAttention = false }))
            Refused(engine, "ExactAttention is True there and False here.");
        using (var engine = TinyGptPredictionEngine.Open(_model, Exact))
        {
            engine.SetAdapters((adapter, 1));
            Refused(engine, "Adapters is none there and ");
            engine.SetAdapters();
            engine.LoadSession(Session);
        }
    }

    [TestMethod]
    public void LoadSession_OfAnAdapter_IsForThatAdapterAndScaleAlone()
    {
        var (first, second) = (Adapter("first.gguf", seed: 1), Adapter("second.gguf", seed: 2));
        using var engine = TinyGptPredictionEngine.Open(_model, Exact);
        engine.SetAdapters((first, 0.5f));
        engine.Generate(Prompt, Few);
        engine.SaveSession(Session);
        var expected = engine.Generate(Prompt + " now", Few);
        engine.SetAdapters((first, 1));
        Refused(engine, " times 0.5 there and ");
        engine.SetAdapters((second, 0.5f));
        Refused(engine, " times 0.5 there and ");
        engine.SetAdapters();
        Refused(engine, " times 0.5 there and none here.");
        File.Copy(first, _folder.PathOf("copy.gguf"));
        engine.SetAdapters((_folder.PathOf("copy.gguf"), 0.5f));
        engine.LoadSession(Session);
        Assert.AreEqual(expected, engine.Generate(Prompt + " now", Few), "The adapter is known by what it holds.");
    }

    [TestMethod]
    public void LoadSession_AnyByteChangedOrCutShort_IsRefusedAndTheEngineGoesOn()
    {
        Save(_model);
        var bytes = File.ReadAllBytes(Session);
        using var engine = TinyGptPredictionEngine.Open(_model, Exact);
        var expected = engine.Generate("else", Few);
        for (var i = 0; i < bytes.Length; i += 1 + (bytes.Length / 60))
        {
            bytes[i] ^= 0x40;
            File.WriteAllBytes(Session, bytes);
            Refused(engine, "");
            bytes[i] ^= 0x40;
        }

        foreach (var length in new[] { 0, 3, 30, 31, 1000, bytes.Length - 33, bytes.Length - 1 })
        {
            File.WriteAllBytes(Session, bytes[..length]);
            Refused(engine, "");
        }

        var before = engine.Metrics.PromptTokens;
        Assert.AreEqual(expected, engine.Generate("else", Few));
        Assert.AreEqual(1, engine.Metrics.PromptTokens - before, "What was there before the refusals is still there.");
        File.WriteAllBytes(Session, bytes);
        engine.LoadSession(Session);
    }

    [TestMethod]
    public void LoadSession_GgufOfAnotherKindOrVersion_SaysSo()
    {
        using var engine = TinyGptPredictionEngine.Open(_model, Exact);
        _model.Save(Session);
        Refused(engine, $"'{Session}' is a GGUF file of another kind.");
        GgufWriter.Write(Session, GgufMetadata.Empty.With("tinyllm.session_version", 2), []);
        Refused(engine, $"'{Session}' is a session of version 2; version 1 is supported.");
    }

    // Whole and of this model, but not what an engine writes.
    [TestMethod]
    public void LoadSession_TokensOutsideTheVocabularyOrNoState_IsRefused()
    {
        Save(_model);
        using var engine = TinyGptPredictionEngine.Open(_model, Exact);
        using var file = GgufFile.Open(Session);
        var state = file.GetData(file.FindTensor("state")!).ToArray();
        foreach (var (tokens, bytes) in new (int[], byte[])[] { ([257], state), ([-1], state), (new int[513], state), ([1], [1, 2, 3]) })
        {
            using (var stream = File.Create(Session + ".forged"))
            {
                HashTrailer.Write(stream, hashed => GgufWriter.Write(
                    hashed, file.Metadata,
                    [
                        new("tokens", GgufTensorType.I32, [tokens.Length],
                            System.Runtime.InteropServices.MemoryMarshal.AsBytes(tokens.AsSpan()).ToArray()),
                        new("state", GgufTensorType.I8, [bytes.Length], bytes),
                    ]));
            }

            StringAssert.Contains(
                Assert.ThrowsExactly<InvalidOperationException>(() => engine.LoadSession(Session + ".forged")).Message,
                "is no session of this model with these options: ");
            Assert.IsNotNull(engine.Generate("still works", Few));
        }
    }

    [TestMethod]
    public void SetAdapters_FileWrittenAnew_IsReadAgain()
    {
        using var engine = TinyGptPredictionEngine.Open(_model, Exact);
        var path = Adapter("adapter.gguf", seed: 1);
        engine.SetAdapters((path, 1));
        var (old, length, written) = (Ask(engine), new FileInfo(path).Length, File.GetLastWriteTimeUtc(path));

        // As long as before and of the same time: only the content tells.
        Adapter("adapter.gguf", seed: 2);
        File.SetLastWriteTimeUtc(path, written);
        Assert.AreEqual(length, new FileInfo(path).Length);
        engine.SetAdapters((path, 1));
        using var fresh = TinyGptPredictionEngine.Open(_model, Exact);
        fresh.SetAdapters((path, 1));
        Assert.AreEqual(Ask(fresh), Ask(engine));
        Assert.AreNotEqual(old, Ask(engine));

        Adapter("adapter.gguf", seed: 1);
        engine.SetAdapters((path, 1));
        Assert.AreEqual(old, Ask(engine));
    }

    [TestMethod]
    public void Open_ModelWhoseFileWasReplaced_IsTheModelNotTheFile()
    {
        var path = _folder.PathOf("model.gguf");
        var other = TinyModels.Create(ModelKind.Llama, seed: 5, contextLength: 512);
        using var expected = TinyGptPredictionEngine.Open(_model, Exact);
        using (var engine = TinyGptPredictionEngine.Open(other, Exact))
            Assert.AreNotEqual(Ask(expected), Ask(engine), 100 * Mapped);
        _model.Save(path);
        using var loaded = LanguageModel.Load(path);
        Same("It is still there.");
        var written = File.GetLastWriteTimeUtc(path);
        other.Save(path);
        File.SetLastWriteTimeUtc(path, written);
        Same("Another one stands there, as long and of the same time.");
        File.WriteAllText(_folder.PathOf("text"), "no model");
        File.Move(_folder.PathOf("text"), path, overwrite: true);
        Same("A text stands there.");
        File.Delete(path);
        Same("Nothing stands there.");
        Directory.CreateDirectory(path);
        Same("A folder stands there.");

        void Same(string message)
        {
            using var engine = TinyGptPredictionEngine.Open(loaded, Exact);
            Assert.AreEqual(Ask(expected), Ask(engine), Mapped, message);
        }
    }

    private static TinyGptOptions Exact { get; } = new() { ExactAttention = true, Threads = 1 };

    private static GenerationOptions Few { get; } = new() { MaximumTokens = 6 };

    private static double Ask(TinyGptPredictionEngine engine) => engine.NextTokens("window", 1)[0].Probability;

    private string Save(LanguageModel model)
    {
        using var engine = TinyGptPredictionEngine.Open(model, Exact);
        engine.Generate(Prompt, Few with { MaximumTokens = 1 });
        engine.SaveSession(Session);
        return engine.Generate(Prompt + " now", Few);
    }

    private void Refused(TinyGptPredictionEngine engine, string why)
    {
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => engine.LoadSession(Session)).Message;
        StringAssert.StartsWith(message, $"'{Session}' is no session of this model with these options: ");
        StringAssert.Contains(message, why);
    }

    private string Adapter(string name, int seed)
    {
        var random = new Random(seed);
        GgufWriter.Write(
            _folder.PathOf(name),
            GgufMetadata.Empty.With("general.type", "adapter")
                .With("general.architecture", "llama").With("adapter.type", "lora").With("adapter.lora.alpha", 8f),
            [
                ModelTensor.FromSingles("blk.1.ffn_up.weight.lora_a", [4, 64], Numbers(4 * 64)),
                ModelTensor.FromSingles("blk.1.ffn_up.weight.lora_b", [192, 4], Numbers(192 * 4)),
            ]);
        return _folder.PathOf(name);

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }
}
