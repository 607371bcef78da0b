namespace TinyLlm.Gguf.Tests.Prediction;

/// <summary>A model that computes a number that is not finite gives an error, never an answer, and spoils nothing behind it.</summary>
[TestClass]
public sealed class NotFiniteTests
{
    private const string Reason = "and a finite number is expected: its file or an adapter is damaged, or training went astray.";

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void EveryCall_WeightThatIsNotFinite_SaysSo(float weight)
    {
        var model = TinyModels.Create(ModelKind.Llama);
        using var engine = Open(model.WithTensors([ModelTensor.FromSingles("output_norm.weight", [64], Filled(64, weight))]));
        foreach (var options in new[]
        {
            new GenerationOptions(), new GenerationOptions { Temperature = 1 }, new GenerationOptions { Grammar = "root ::= [a-z]+" },
            new GenerationOptions { Grammar = "root ::= \"a\" | \"b\"", Temperature = 1, RepetitionPenalty = 1.1f },
        })
        {
            Expect("The model gives token 0 the logit ", () => engine.Generate("x", options));
            Expect("The model gives token 0 the logit ", () => engine.GenerateAsync("x", options).ToBlockingEnumerable().ToArray());
        }

        Expect("The model gives token 0 the logit ", () => engine.NextTokens("x", 1));
        Expect("The model gives token 0 the logit ", () => engine.Classify("x", ["a", "b"]));
        Expect(
            "The model gives token 0 the logit ",
            () => engine.Classify("x", ["a", "b"], new ClassificationOptions { AbstainBelow = 0.9 }));
        Expect("The model gives token 0 the logit ", () => engine.Perplexity("abc"));
        Expect("The model gives token 0 the logit ", () => engine.DivergenceFrom(engine, ["abc"]), "The reference");
        Expect(" as number 0 of a state, ", () => engine.Embed("abc"));

        using var folder = new TemporaryFolder();
        model.WithTensors([ModelTensor.FromSingles("blk.1.attn_norm.weight", [64], Filled(64, weight))]).Save(folder.PathOf("model.gguf"));
        Expect(" whose mean square is ", () => ImportanceMatrix.Collect(folder.PathOf("model.gguf"), ["abc"]));
    }

    [TestMethod]
    [DataRow(ModelKind.Llama)]
    [DataRow(ModelKind.Gpt2)]
    public void EveryCall_BehindOneThatFailed_GivesWhatItWouldHave(ModelKind kind)
    {
        // One token's embedding is damaged; a text that has it spoils the cache, in which other texts are computed then.
        var model = TinyModels.Create(kind, seed: 5, tied: false);
        var embedding = model["token_embd.weight"].ToSingles();
        Filled(64, float.NaN).CopyTo(embedding, '#' * 64);
        model = model.WithTensors([ModelTensor.FromSingles("token_embd.weight", [257, 64], embedding)]);
        using var engine = Open(model);
        using var other = Open(model);
        var options = new GenerationOptions { MaximumTokens = 5, Grammar = "root ::= [a-z]+" };
        var longest = new string('b', 100); // its places are those of the damaged text
        foreach (var damaged in new[] { "ab#", $"a#{longest}" })
        {
            Expect("the logit NaN", () => engine.NextTokens(damaged, 1));
            AreClose(Probabilities(other), Probabilities(engine));
            Expect("the logit NaN", () => engine.Generate(damaged, options));
            Assert.AreEqual(other.Generate("abc", options), engine.Generate("abc", options));
            Expect("the logit NaN", () => engine.Classify([longest, damaged], ["a", "ab", "c"]));
            AreClose(other.Classify("abc", ["a", "ab", "c"]).LogLikelihoods, engine.Classify("abc", ["a", "ab", "c"]).LogLikelihoods);
            Expect("the logit NaN", () => engine.Perplexity(["abc", damaged + "c"]));
            AreClose([other.Perplexity("abc").NatsPerToken], [engine.Perplexity("abc").NatsPerToken]);
            Expect("computes NaN as number 0 of a state", () => engine.Embed(["abc", damaged]));
            AreClose(other.Embed("abc").Select(value => (double)value), engine.Embed("abc").Select(value => (double)value));
        }

        Expect("the logit NaN", () => engine.Classify("x", ["a", "a#"]));
        AreClose(other.Classify("x", ["a", "b"]).LogLikelihoods, engine.Classify("x", ["a", "b"]).LogLikelihoods);

        static IEnumerable<double> Probabilities(TinyGptPredictionEngine engine) =>
            engine.NextTokens("abc", 257).OrderBy(next => next.Token).Select(next => next.Probability);
    }

    [TestMethod]
    public void SetAdapters_ThatOverflow_FailAndComeOffWithoutATrace()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("lora.gguf");
        GgufWriter.Write(
            path,
            GgufMetadata.Empty.With("general.type", "adapter")
                .With("general.architecture", "llama").With("adapter.type", "lora").With("adapter.lora.alpha", 1f),
            [
                ModelTensor.FromSingles("blk.0.attn_v.weight.lora_a", [1, 64], Filled(64, 1)),
                ModelTensor.FromSingles("blk.0.attn_v.weight.lora_b", [32, 1], Filled(32, 1)),
            ]);
        using var engine = Open(TinyModels.Create(ModelKind.Llama, seed: 3));
        var (next, labels, text) = (engine.NextTokens("window", 3), engine.Classify("window", ["a", "bc"]), engine.Perplexity("window"));
        engine.SetAdapters((path, float.MaxValue));
        Expect("the logit NaN", () => engine.NextTokens("window of readings", 3));
        Expect("the logit NaN", () => engine.Classify("window", ["a", "bc"]));
        Expect("the logit NaN", () => engine.Perplexity("window"));
        engine.SetAdapters();
        CollectionAssert.AreEqual(next.ToArray(), engine.NextTokens("window", 3).ToArray());
        CollectionAssert.AreEqual(labels.LogLikelihoods.ToArray(), engine.Classify("window", ["a", "bc"]).LogLikelihoods.ToArray());
        Assert.AreEqual(text, engine.Perplexity("window"));

        foreach (var scale in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => engine.SetAdapters((path, scale))).Message,
                $"The scale of '{path}' is {scale}; a finite number is expected, 1 as trained.");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(16)]
    [DataRow(47)]
    public void IndexOfOther_Numbers_IsThatOfTheFirst(int count)
    {
        var values = Enumerable.Range(0, count).Select(i => i % 2 == 0 ? float.MaxValue : -float.Epsilon).ToArray();
        Assert.AreEqual(-1, FiniteNumbers.IndexOfOther(values));
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = (i % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity };
            Assert.AreEqual(i, FiniteNumbers.IndexOfOther(values));
        }
    }

    // Prompts may share other calls of llama.cpp in one of the engines, which rounds sums of 32 bits in other places.
    private static void AreClose(IEnumerable<double> expected, IEnumerable<double> found)
    {
        foreach (var (first, second) in expected.Zip(found, (first, second) => (first, second)))
            Assert.AreEqual(first, second, 1e-4);
    }

    private static float[] Filled(int count, float value) => [.. Enumerable.Repeat(value, count)];

    private static void Expect(string message, Action action, string beginning = "The model")
    {
        var found = Assert.ThrowsExactly<InvalidOperationException>(action).Message;
        StringAssert.StartsWith(found, beginning);
        StringAssert.Contains(found, message.Replace("The model", beginning, StringComparison.Ordinal));
        StringAssert.Contains(found, Reason);
    }

    private static TinyGptPredictionEngine Open(LanguageModel model) =>
        TinyGptPredictionEngine.Open(model, new TinyGptOptions { ExactAttention = true, Threads = 1 });
}
