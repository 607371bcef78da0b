using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Prediction;

[TestClass]
public sealed class DivergenceTests
{
    private static readonly TinyGptOptions Exact = new() { ExactAttention = true, Threads = 1 };

    private static readonly string[] Texts =
    [
        "temperature 21.5 C, humidity 40 %", "up up down", "x: 0.12 y: -0.40 z: 9.81\n",
        string.Concat(Enumerable.Range(0, 60).Select(i => $"{i * 37 % 100} C, ")), // more than two contexts
    ];

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(16)]
    [DataRow(257)]
    public void Of_Logits_IsTheDefinitionInDoubles(int vocabulary)
    {
        var random = new Random(vocabulary);
        float[] Logits() => [.. Enumerable.Range(0, vocabulary).Select(_ => (float)(40 * (random.NextDouble() - 0.3)))];
        var (reference, candidate) = (Logits(), Logits());
        var (p, q) = (LogProbabilities(reference), LogProbabilities(candidate));
        var found = TokenDivergence.Of(reference, candidate, vocabulary / 2);

        // All in doubles: what differs is the order of sums of at most 257 terms of the size of the result.
        Assert.AreEqual(p.Zip(q, (x, y) => Math.Exp(x) * (x - y)).Sum(), found.Divergence, 1e-11);
        Assert.AreEqual(p[vocabulary / 2], found.ReferenceLogProbability, 1e-11);
        Assert.AreEqual(q[vocabulary / 2], found.LogProbability, 1e-11);
        Assert.AreEqual(Array.IndexOf(reference, reference.Max()) == Array.IndexOf(candidate, candidate.Max()), found.IsSameTop);
    }

    [TestMethod]
    public void Of_NearlyEqualLogits_KeepsWhatIsLeft()
    {
        // To second order the divergence is half the variance of the differences: 5e-13 here, which exponentials in 32 bits drown in 1e-7.
        float[] reference = [1, 0, 0, 1], candidate = [1 + 2e-6f, 0, 0, 1];
        var (p, step) = (Math.E / (2 * (1 + Math.E)), (double)candidate[0] - 1);
        Assert.AreEqual(0.5 * step * step * p * (1 - p), TokenDivergence.Of(reference, candidate, 0).Divergence, 1e-15);
    }

    [TestMethod]
    public void DivergenceFrom_Itself_IsExactlyNone()
    {
        var model = TinyModels.Create(ModelKind.Gpt2, seed: 6);
        using var engine = Open(model);
        using var again = Open(model);
        foreach (var reference in new[] { engine, again })
        {
            var result = engine.DivergenceFrom(reference, Texts);
            Assert.AreEqual((0.0, 0.0, 0.0, 0.0), (result.Mean, result.StandardError, result.Percentile99, result.Largest));
            Assert.AreEqual(1.0, result.SameTopShare);
            Assert.AreEqual(result.ReferencePerplexity, result.Perplexity);
            Assert.AreEqual(Texts.Sum(text => text.Length - 1), result.TokenCount);
        }
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void DivergenceFrom_OtherModel_IsThatOfTheLogits(ModelKind kind)
    {
        using var folder = new TemporaryFolder();
        var paths = new[] { folder.PathOf("a.gguf"), folder.PathOf("b.gguf") };
        TinyModels.Create(kind, seed: 1).Save(paths[0]);
        TinyModels.Create(kind, seed: 2).Save(paths[1]);
        using var model = TinyGptPredictionEngine.Open(paths[0], Exact);
        using var reference = TinyGptPredictionEngine.Open(paths[1], Exact);
        var result = model.DivergenceFrom(reference, Texts[..3]);

        var expected = new List<(double Divergence, bool IsSameTop)>();
        foreach (var text in Texts[..3])
        {
            var tokens = reference.Tokenize(text);
            foreach (var (q, p) in Logits(paths[0], tokens[..^1]).Zip(Logits(paths[1], tokens[..^1])))
                expected.Add((p.Zip(q, (x, y) => Math.Exp(x) * (x - y)).Sum(), Array.IndexOf(p, p.Max()) == Array.IndexOf(q, q.Max())));
        }

        // The oracle's texts are computed one by one, which rounds sums in other places: 1e-5 of logits of some units.
        var divergences = expected.Select(token => token.Divergence).Order().ToArray();
        var (count, mean) = (divergences.Length, divergences.Average());
        Assert.AreEqual(mean, result.Mean, 1e-4);
        Assert.AreEqual(Math.Sqrt(divergences.Sum(d => Math.Pow(d - mean, 2)) / (count - 1) / count), result.StandardError, 1e-4);
        Assert.AreEqual(divergences[^1], result.Largest, 1e-4);
        var upper = divergences[^1] - divergences[^2];
        Assert.AreEqual(divergences[^2], result.Percentile99, upper + 1e-4, "Of some 60 tokens, it is between the two largest.");
        Assert.AreEqual(expected.Count(token => token.IsSameTop), result.SameTopShare * count, 1e-9);
        Assert.IsGreaterThan(0.05, result.Mean);
    }

    [TestMethod]
    public void DivergenceFrom_Perplexities_AreThoseOfEachEngine()
    {
        using var model = Open(TinyModels.Create(ModelKind.Llama, seed: 3));
        using var reference = Open(TinyModels.Create(ModelKind.Llama, seed: 4));
        var result = model.DivergenceFrom(reference, Texts);
        // The same calls of llama.cpp; but Perplexity takes its exponentials in 32 bits, 1e-7 of each.
        Assert.AreEqual(Nats(model), result.NatsPerToken, 1e-6);
        Assert.AreEqual(Nats(reference), result.ReferenceNatsPerToken, 1e-6);
        Assert.AreEqual(Math.Exp(result.NatsPerToken), result.Perplexity);

        static double Nats(TinyGptPredictionEngine engine)
        {
            var texts = engine.Perplexity(Texts);
            return texts.Sum(text => text.NatsPerToken * text.TokenCount) / texts.Sum(text => text.TokenCount);
        }
    }

    [TestMethod]
    public void DivergenceFrom_OtherBatchesAndProcessors_IsNearNone()
    {
        var model = TinyModels.Create(ModelKind.Llama, seed: 5);
        using var reference = Open(model);
        using var small = Open(model, Exact with { BatchSize = 7 });
        using var pinned = Open(model, Exact with { Threads = null, Processors = OperatingSystem.IsLinux() ? [Processor()] : [] });
        foreach (var (engine, texts) in new[] { (small, Texts), (pinned, Texts[..1]) })
        {
            foreach (var result in new[] { engine.DivergenceFrom(reference, texts), reference.DivergenceFrom(engine, texts) })
            {
                Assert.AreEqual(texts.Sum(text => text.Length - 1), result.TokenCount);
                Assert.IsLessThan(1e-8, result.Largest, "Logits differ by 1e-5, and the divergence is about the half of their square.");
            }
        }

        static int Processor() => Enumerable.Range(0, 64).First(processor =>
        {
            try
            {
                new TinyGptOptions { Processors = [processor] }.Validate();
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        });
    }

    [TestMethod]
    [Timeout(60_000)]
    public void DivergenceFrom_EachOtherAtOnce_DoNotWaitForEver()
    {
        using var a = Open(TinyModels.Create(ModelKind.Llama, seed: 1));
        using var b = Open(TinyModels.Create(ModelKind.Llama, seed: 2));
        var (there, back) = (a.DivergenceFrom(b, Texts[..1]), b.DivergenceFrom(a, Texts[..1]));
        Parallel.For(0, 32, i =>
        {
            if (i % 2 == 0)
                Assert.AreEqual(there, a.DivergenceFrom(b, Texts[..1]));
            else
                Assert.AreEqual(back, b.DivergenceFrom(a, Texts[..1]));
        });
    }

    [TestMethod]
    public void DivergenceFrom_Mistakes_AreNamed()
    {
        var model = TinyModels.Create(ModelKind.Llama);
        using var engine = Open(model);
        Expect<ArgumentException>("There are no texts; at least one is expected.", () => engine.DivergenceFrom(engine, []));
        Expect<ArgumentException>("A text has 1 tokens; at least 2 are needed", () => engine.DivergenceFrom(engine, ["ab", "a"]));

        var vocabulary = TinyModels.Vocabulary();
        using var more = Open(TinyModels.Create(ModelKind.Llama, vocabulary: vocabulary with
        {
            Tokens = vocabulary.Tokens.Add("one more"),
            Kinds = vocabulary.Kinds.Add(TokenKind.Normal),
        }));
        Expect<ArgumentException>(
            "The model has 257 tokens, and the reference 258: compare models of the same vocabulary",
            () => engine.DivergenceFrom(more, Texts));
        var otherTokens = vocabulary.Tokens.SetItem('A', "B").SetItem('B', "A");
        using var swapped = Open(TinyModels.Create(ModelKind.Llama, vocabulary: vocabulary with { Tokens = otherTokens }));
        Expect<ArgumentException>("Token 65 is 'B' in the model and 'A' in the reference", () => swapped.DivergenceFrom(engine, Texts));

        var norm = ModelTensor.FromSingles("output_norm.weight", [64], Enumerable.Repeat(float.NaN, 64).ToArray());
        using var broken = Open(model.WithTensors([norm]));
        Expect<InvalidOperationException>(
            "The model gives token 0 the logit NaN behind token 0 of text 0, and a finite number is expected",
            () => broken.DivergenceFrom(engine, Texts));
        Expect<InvalidOperationException>("The reference gives token 0 the logit NaN", () => engine.DivergenceFrom(broken, Texts));

        static void Expect<TException>(string message, Action action)
            where TException : Exception => StringAssert.Contains(Assert.ThrowsExactly<TException>(action).Message, message);
    }

    [TestMethod]
    public void DivergenceFrom_Cancelled_EndsAndLeavesBothInOrder()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama, seed: 1));
        using var reference = Open(TinyModels.Create(ModelKind.Llama, seed: 2));
        var before = engine.DivergenceFrom(reference, Texts);
        using var cancellation = new CancellationTokenSource();
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(50));
        var many = Enumerable.Repeat(Texts[3], 300).ToArray();
        Assert.Throws<OperationCanceledException>(() => engine.DivergenceFrom(reference, many, cancellation.Token));
        Assert.AreEqual(before, engine.DivergenceFrom(reference, Texts));
    }

    [TestMethod]
    public void BufferBytes_Engine_HoldsWeightsAndCachesAndGrowsWithUse()
    {
        var model = TinyModels.Create(ModelKind.Llama);
        const double Rounding = 0.005 * (1 << 20); // of each buffer that llama.cpp tells of
        using var engine = Open(model, new TinyGptOptions { Threads = 1 });
        var opened = engine.Metrics.BufferBytes;
        Assert.IsGreaterThan(model.ByteCount - Rounding, opened);
        engine.Classify("x", ["a", "b"]);
        var classifying = engine.Metrics.BufferBytes;
        Assert.IsGreaterThan(opened, classifying);
        engine.Classify("y", ["a", "b"]);
        Assert.AreEqual(classifying, engine.Metrics.BufferBytes);

        // Keys and values of 2 layers, 2 heads of 16, 2 bytes each.
        using var longer = Open(model, new TinyGptOptions { Threads = 1, ContextLength = 4096 });
        Assert.IsGreaterThan(opened + ((4096 - 256) * 2 * 2 * 2 * 16 * 2) - (2 * Rounding), longer.Metrics.BufferBytes);
    }

    // The log-probabilities behind every token.
    private static List<double[]> Logits(string path, int[] tokens)
    {
        using var native = LlamaModel.Load(path, mapped: true);
        using var context = new LlamaContext(native, new LlamaContextOptions { Exact = true });
        for (var i = 0; i < tokens.Length; i++)
            context.Add(tokens[i], i, output: true);
        context.Decode();
        return [.. Enumerable.Range(0, tokens.Length).Select(i => LogProbabilities(context.Logits(i).ToArray()))];
    }

    private static double[] LogProbabilities(float[] logits)
    {
        var normalizer = logits.Max() + Math.Log(logits.Sum(logit => Math.Exp(logit - (double)logits.Max())));
        return [.. logits.Select(logit => logit - normalizer)];
    }

    private static TinyGptPredictionEngine Open(LanguageModel model, TinyGptOptions? options = null)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return TinyGptPredictionEngine.Open(stream.ToArray(), options ?? Exact);
    }
}
