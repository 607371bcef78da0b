namespace TinyLlm.Gguf.Tests.Prediction;

[TestClass]
public sealed class ClassifyTests
{
    private static readonly string[] Labels = ["tap", "tape", "t", "double tap", "double tip", "hold"];

    private readonly LanguageModel _model = TinyModels.Create(ModelKind.Llama, seed: 6);

    [TestMethod]
    public void Classify_UnlikePrompts_AreTheNaiveForwards() =>
        AssertNaive("window 1:", "other", "a", "and one that is a good deal longer than the others are");

    [TestMethod]
    public void Classify_PromptsThatBeginAlike_AreTheNaiveForwards() =>
        AssertNaive([.. Enumerable.Range(0, 7).Select(i => $"Which gesture is this? {new string((char)('a' + i), i)}")]);

    [TestMethod]
    public void Classify_OnePromptTwiceAndItsBeginning_AreTheNaiveForwards() => AssertNaive("window", "window", "win", "window 2");

    [TestMethod]
    public void ClassifyAndEmbed_Cancelled_EndAndLeaveTheEngineInOrder()
    {
        using var engine = Open();
        var before = engine.Classify("window 1:", ["a", "b"]);
        string[] many = [.. Enumerable.Range(0, 50_000).Select(i => $"window {i} of very many:")];
        using var early = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        Assert.Throws<OperationCanceledException>(() => engine.Classify(many, ["a", "b"], options: null, early.Token));
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        Assert.Throws<OperationCanceledException>(() => engine.Embed(many, late.Token));
        Assert.AreEqual(before.LogLikelihoods[0], engine.Classify("window 1:", ["a", "b"]).LogLikelihoods[0], 1e-4);
    }

    [TestMethod]
    public void Classify_OneByOne_IsTheSameAsTogether()
    {
        string[] prompts = ["Which gesture? 12", "Which gesture? 1", "Which gesture? 12", "W", "other"];
        using var engine = Open();
        var together = engine.Classify(prompts, Labels);
        using var other = Open();
        for (var i = 0; i < prompts.Length; i++)
        {
            var alone = other.Classify(prompts[i], Labels);
            for (var label = 0; label < Labels.Length; label++)
                Assert.AreEqual(together[i].LogLikelihoods[label], alone.LogLikelihoods[label], 1e-4);
        }
    }

    [TestMethod]
    public void Classify_MorePromptsThanOneCallTakes_KeepTheirOrder()
    {
        using var engine = Open();
        string[] prompts = [.. Enumerable.Range(0, 50).Select(i => $"{i * 7919 % 100} is a window of readings {new string('x', i % 40)}")];
        var together = engine.Classify(prompts, Labels);
        foreach (var i in new[] { 0, 17, 31, 49 })
            Assert.AreEqual(Naive(engine, prompts[i], "double tap"), together[i].LogLikelihoods[3], 2e-3);
    }

    [TestMethod]
    public void Classify_OtherLabelsBetween_AreNotMixedUp()
    {
        using var engine = Open();
        var before = engine.Classify("window", Labels).LogLikelihoods;
        var many = Enumerable.Range(0, 40).Select(i => $"{(char)('a' + (i % 26))}{i}").ToArray();
        Assert.AreEqual(Naive(engine, "window", many[17]), engine.Classify("window", many).LogLikelihoods[17], 2e-3);
        CollectionAssert.AreEqual(before.ToArray(), engine.Classify("window", Labels).LogLikelihoods.ToArray());
    }

    [TestMethod]
    public void Classify_LongPrompt_TakesSeveralCalls()
    {
        using var engine = Open(batchSize: 16);
        var prompt = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i} "));
        foreach (var result in engine.Classify([prompt, prompt + "x", "short"], Labels).Zip([prompt, prompt + "x", "short"]))
            Assert.AreEqual(Naive(engine, result.Second, "hold"), result.First.LogLikelihoods[5], 2e-3);
    }

    [TestMethod]
    public void Classify_BadLabelsOrPrompts_AreNamed()
    {
        using var engine = Open();
        foreach (var labels in new[] { ["a"], ["a", "a"], new[] { "a", "" } })
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => engine.Classify("x", labels)).Message,
                "At least 2 labels are expected, none empty and none twice");
        var error = Assert.ThrowsExactly<ArgumentException>(() => engine.Classify(new string('x', 119), Labels));
        StringAssert.Contains(
            error.Message,
            "The longest prompt has 119 tokens, and the longest label with its end 11, of which all but the last take a place; "
            + "the context has 128: shorten them.");
        Assert.HasCount(6, engine.Classify(new string('x', 118), Labels).LogLikelihoods);
        Assert.IsEmpty(engine.Classify([], Labels));
    }

    private void AssertNaive(params string[] prompts)
    {
        using var engine = Open();
        foreach (var (prompt, result) in prompts.Zip(engine.Classify(prompts, Labels)))
        {
            for (var label = 0; label < Labels.Length; label++)
                Assert.AreEqual(Naive(engine, prompt, Labels[label]), result.LogLikelihoods[label], 2e-3, $"{prompt} {Labels[label]}");
            Assert.AreEqual(1, result.Probabilities.Sum(), 1e-9);
            Assert.AreEqual(result.Label, Labels[result.Index]);
            Assert.AreEqual(result.LogLikelihoods.Max(), result.LogLikelihoods[result.Index]);
        }
    }

    // The oracle's log-probability of a label and its end behind a prompt; 2e-3 is ten tokens' worth of what llama.cpp's logits differ by.
    private double Naive(TinyGptPredictionEngine engine, string prompt, string label)
    {
        var (start, text) = (engine.Tokenize(prompt), engine.Tokenize(label).Append(_model.Vocabulary.EndToken!.Value).ToArray());
        var logits = new NaiveForward(_model).Logits([.. start, .. text]);
        return text.Select((token, i) => logits[start.Length - 1 + i][token] - LogSum(logits[start.Length - 1 + i])).Sum();
    }

    private static double LogSum(double[] logits) => logits.Max() + Math.Log(logits.Sum(logit => Math.Exp(logit - logits.Max())));

    private TinyGptPredictionEngine Open(int batchSize = 512)
    {
        using var stream = new MemoryStream();
        _model.Save(stream);
        return TinyGptPredictionEngine.Open(
            stream.ToArray(), new TinyGptOptions { ExactAttention = true, Threads = 1, BatchSize = batchSize });
    }
}
