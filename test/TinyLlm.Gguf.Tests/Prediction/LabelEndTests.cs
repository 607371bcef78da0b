namespace TinyLlm.Gguf.Tests.Prediction;

/// <summary>
/// A label's probability is that of its text and its end. The oracle computes complete texts from their beginning, one token after the
/// other, each by a forward pass of its own in double precision.
/// </summary>
[TestClass]
public sealed class LabelEndTests
{
    private const double Tolerance = 2e-3; // a dozen tokens' worth of what llama.cpp's logits differ by
    private static readonly string[] Walks = ["walk", "walk up", "walk upstairs", "w", "walking", "run"];

    [TestMethod]
    [DataRow(ModelKind.Llama, "", true)]
    [DataRow(ModelKind.Gpt2, "", true)]
    [DataRow(ModelKind.Llama, ";\n", true)]
    [DataRow(ModelKind.Llama, ";\n", false)]
    public void Classify_LabelsThatBeginOthers_HaveTheProbabilitiesOfCompleteTexts(ModelKind kind, string end, bool hasEndToken)
    {
        var model = Create(kind, end, hasEndToken);
        using var engine = Open(model);
        var oracle = new NaiveForward(model);
        foreach (var (prompt, result) in new[] { "s 1:", "s 12" }.Zip(engine.Classify(["s 1:", "s 12"], Walks)))
        {
            for (var label = 0; label < Walks.Length; label++)
                Assert.AreEqual(
                    BruteForce(engine, oracle, prompt, Walks[label], end, model.Vocabulary.EndToken), result.LogLikelihoods[label],
                    Tolerance, Walks[label]);
        }
    }

    [TestMethod]
    public void Classify_EverySingleByte_IsLessThanCertainByWhatEndsElsewhere()
    {
        // Without their ends the probabilities of a byte and of what it begins would add up to more than 1.
        var model = Create(ModelKind.Llama, "", hasEndToken: true);
        using var engine = Open(model);
        var oracle = new NaiveForward(model);
        string[] letters = [.. Enumerable.Range(' ', 90).Select(c => $"{(char)c}")];
        string[] labels = [.. letters, .. letters.Select(letter => $"a{letter}")];
        var result = engine.Classify("x", labels);
        Assert.IsLessThan(1, result.LogLikelihoods.Sum(Math.Exp));
        foreach (var label in new[] { 0, 33, 65, 90, 123, 179 })
            Assert.AreEqual(BruteForce(engine, oracle, "x", labels[label], ""), result.LogLikelihoods[label], Tolerance, labels[label]);
    }

    [TestMethod]
    public void Classify_EndOfTheOptions_StandsInForTheFiles()
    {
        var model = Create(ModelKind.Llama, "", hasEndToken: true);
        using var engine = Open(model);
        var oracle = new NaiveForward(model);
        var plain = engine.Classify("x", Walks).LogLikelihoods;
        var ended = engine.Classify("x", Walks, new ClassificationOptions { End = "." }).LogLikelihoods;
        Assert.AreEqual(BruteForce(engine, oracle, "x", "walk up", "."), ended[1], Tolerance);
        CollectionAssert.AreEqual(plain.ToArray(), engine.Classify("x", Walks).LogLikelihoods.ToArray());
    }

    [TestMethod]
    public void Classify_NoEnd_RefusesLabelsThatBeginOthersByName()
    {
        var model = Create(ModelKind.Llama, "", hasEndToken: false);
        using var engine = Open(model);
        var oracle = new NaiveForward(model);
        Expect(
            "The label 'walk' begins the label 'walk up', which would always be the less probable one, as the model has no token that ends "
            + "a response: give its vocabulary an EndToken, its prompt template an End, or the labels other names.",
            () => engine.Classify("x", ["run", "walk up", "walk"]));
        var labels = new[] { "walk", "run", "rest" };
        var found = engine.Classify("x", labels).LogLikelihoods;
        for (var label = 0; label < labels.Length; label++)
            Assert.AreEqual(BruteForce(engine, oracle, "x", labels[label], "", endToken: null), found[label], Tolerance);
        Expect(
            "The label 'a' begins the label 'a;b', which would always be the less probable one, as the text that ends a response stands in "
            + "it: give its prompt template another End, or the labels other names.",
            () => engine.Classify("x", ["a;b", "a"], new ClassificationOptions { End = ";" }));
        Expect(
            "The labels '\ud800' and '\ud801' are the same tokens: give them other names.",
            () => engine.Classify("x", ["\ud800", "\ud801"])); // neither is a letter, and both become U+FFFD
    }

    [TestMethod]
    [DataRow(300)]
    [DataRow(600)]
    public void Classify_MoreLabelsThanSequences_AreTheSameInTurns(int count)
    {
        var model = Create(ModelKind.Llama, "", hasEndToken: true);
        using var engine = Open(model);
        var oracle = new NaiveForward(model);
        var labels = Enumerable.Range(0, count).Select(i => $"{i * 7919 % 1000}").ToArray();
        string[] prompts = ["x", "x y", "", "quite another one"];
        var results = engine.Classify(prompts[..2], labels).Append(engine.Classify(prompts[3], labels)).ToArray();
        foreach (var label in new[] { 0, 1, 17, count / 2, count - 1 })
        {
            foreach (var (result, prompt) in results.Zip([prompts[0], prompts[1], prompts[3]]))
            {
                var expected = BruteForce(engine, oracle, prompt, labels[label], "");
                Assert.AreEqual(expected, result.LogLikelihoods[label], Tolerance, labels[label]);
            }
        }

        Assert.IsFalse(results.SelectMany(result => result.LogLikelihoods).Any(value => value is 0), "A label was left out.");
        var few = engine.Classify("x", labels[..2]).LogLikelihoods;
        Assert.AreEqual(few[1], results[0].LogLikelihoods[1], 1e-4);
    }

    [TestMethod]
    public void Classify_LabelBeyondTheContext_NamesBothNumbersAndItsBeginning()
    {
        using var engine = Open(Create(ModelKind.Llama, "", hasEndToken: true));
        Expect(
            "The label 'aaaaaaaaaaaaaaaaaaaa…' has 60001 tokens with its end, and the context 128, which a prompt must fit, too: "
            + "shorten the label.",
            () => engine.Classify("x", ["b", new string('a', 60_000)]));
        Assert.HasCount(2, engine.Classify("x", ["b", new string('a', 127)]).LogLikelihoods);
    }

    [TestMethod]
    public void Plant_LongLabels_AreNumberedWithoutRecursion()
    {
        var stem = Enumerable.Range(0, 300_000).ToArray();
        var trie = LabelTrie.Plant([[.. stem, 1, 9], [.. stem, 2, 9], [.. stem[..5], 8, 9]], most: 256).Single();
        Assert.AreEqual((3, 300_002), (trie.SequenceCount, trie.Depth));
        Assert.HasCount(300_000 + 3, trie.Computed);
    }

    [TestMethod]
    public void Plant_TooManyForOneTree_TakesFewOfEvenSize()
    {
        int[][] labels = [.. Enumerable.Range(0, 513).Select(i => new[] { i * 7 % 513, 600 })];
        var tries = LabelTrie.Plant(labels, most: 256);
        CollectionAssert.AreEqual(new[] { 171, 171, 171 }, tries.Select(trie => trie.SequenceCount).ToArray());
        // Labels that are told apart by the output behind the prompt need no sequences.
        Assert.AreEqual(1, LabelTrie.Plant([.. labels.Select(label => label[..1])], most: 256).Single().SequenceCount);
    }

    private static double BruteForce(
        TinyGptPredictionEngine engine, NaiveForward oracle, string prompt, string label, string end, int? endToken = 256)
    {
        List<int> text = [.. engine.Tokenize(prompt)];
        int[] complete = [.. engine.Tokenize(label), .. engine.Tokenize(end), .. endToken is { } token ? [token] : (int[])[]];
        var sum = 0.0;
        foreach (var next in complete)
        {
            var weights = oracle.Logits([.. text])[^1].Select(Math.Exp).ToArray();
            sum += Math.Log(weights[next] / weights.Sum());
            text.Add(next);
        }

        return sum;
    }

    private static LanguageModel Create(ModelKind kind, string end, bool hasEndToken)
    {
        var vocabulary = TinyModels.Vocabulary();
        var model = TinyModels.Create(kind, seed: 6, vocabulary: hasEndToken ? vocabulary : vocabulary with { EndToken = null });
        return end.Length == 0 ? model : model.WithMetadata((PromptTemplate.Default with { End = end }).AddTo(model.Metadata));
    }

    private static TinyGptPredictionEngine Open(LanguageModel model) =>
        TinyGptPredictionEngine.Open(model, new TinyGptOptions { ExactAttention = true, Threads = 1 });

    private static void Expect(string message, Action action) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(action).Message, message);
}
