namespace TinyLlm.Gguf.Tests.Prediction;

[TestClass]
public sealed class TinyGptPredictionEngineTests
{
    private static readonly TinyGptOptions Exact = new() { ExactAttention = true, Threads = 1 };

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Generate_Greedy_FollowsTheNaiveForward(ModelKind kind)
    {
        var model = TinyModels.Create(kind, seed: 8);
        using var engine = Open(model);
        var tokens = engine.Tokenize("sensor 12").ToList();
        var oracle = new NaiveForward(model);
        var expected = new List<int>();
        for (var i = 0; i < 12; i++)
        {
            var logits = oracle.Logits([.. tokens])[^1];
            var best = Array.IndexOf(logits, logits.Max());
            if (best == model.Vocabulary.EndToken)
                break;
            expected.Add(best);
            tokens.Add(best);
        }

        Assert.AreEqual(engine.Detokenize(expected), engine.Generate("sensor 12", new GenerationOptions { MaximumTokens = 12 }));
    }

    [TestMethod]
    public async Task GenerateAsync_Pieces_MakeTheTextOfGenerate()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama, seed: 2));
        var options = new GenerationOptions
        {
            MaximumTokens = 40,
            Temperature = 1,
            TopK = 50,
            TopP = 0.95f,
            MinP = 0.01f,
            RepetitionPenalty = 1.1f,
            Seed = 7,
        };
        var pieces = new List<string>();
        await foreach (var piece in engine.GenerateAsync("x", options))
            pieces.Add(piece);
        var text = engine.Generate("x", options);
        Assert.AreEqual(text, string.Concat(pieces));
        Assert.AreEqual(text, engine.Generate("x", options), "The same seed gives the same text.");
        Assert.AreNotEqual(text, engine.Generate("x", options with { Seed = 8 }));
    }

    [TestMethod]
    public async Task GenerateAsync_GivenUp_FreesTheEngine()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama, seed: 2));
        await foreach (var _ in engine.GenerateAsync("x", new GenerationOptions { Temperature = 1, MaximumTokens = 100 }))
            break;
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await engine.GenerateAsync("x", null, cancelled.Token).GetAsyncEnumerator().MoveNextAsync());
        Assert.IsNotNull(engine.Generate("x", new GenerationOptions { MaximumTokens = 2 }));
    }

    [TestMethod]
    public void Generate_StopText_EndsBeforeIt()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama, seed: 2));
        var options = new GenerationOptions { MaximumTokens = 60, Temperature = 1, Seed = 3, Grammar = "root ::= [a-z]+ \"; END\" [a-z]+" };
        var whole = engine.Generate("x", options);
        var stop = whole[5..7];
        var cut = engine.Generate("x", options with { StopTexts = [stop] });
        Assert.AreEqual(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], cut);
        Assert.IsTrue(whole.TakeWhile(c => c != ';').All(char.IsAsciiLetterLower), "The grammar allows letters only.");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => engine.Generate("x", new GenerationOptions { Grammar = "root ::= (" })).Message,
            "not valid GBNF");
    }

    [TestMethod]
    public void Perplexity_ShortText_IsTheNaiveForwards()
    {
        var model = TinyModels.Create(ModelKind.Gpt2, seed: 6);
        using var engine = Open(model);
        const string Text = "temperature 21.5 C, humidity 40 %";
        var tokens = engine.Tokenize(Text);
        var logits = new NaiveForward(model).Logits(tokens);
        var expected = -Enumerable.Range(1, tokens.Length - 1).Average(t => LogProbability(logits[t - 1], tokens[t]));
        var result = engine.Perplexity(Text);
        Assert.AreEqual(expected, result.NatsPerToken, 1e-3);
        Assert.AreEqual(Text.Length - 1, result.TokenCount);
        Assert.AreEqual(Text.Length - 1, result.ByteCount, "A token is a byte; the first one is not foreseen.");
        Assert.AreEqual(result.NatsPerToken / Math.Log(2), result.BitsPerByte, 1e-9);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => engine.Perplexity("a")).Message, "A text has 1 tokens; at least 2");
    }

    [TestMethod]
    [DataRow(false, "größe!", 7)] // of 8 bytes in UTF-8; the first has nothing before it
    [DataRow(true, "größe!", 8)]
    [DataRow(false, "ößg", 4)] // the first token is half a letter
    public void BitsPerByte_EveryTokenAByte_IsThatOfEachToken(bool begins, string text, int bytes)
    {
        // A model that takes all 257 tokens for equally probable needs log₂ 257 bits for each.
        var made = TinyModels.Create(ModelKind.Llama, vocabulary: TinyModels.Vocabulary() with { AddBeginToken = begins });
        using var engine = Open(made.WithTensors([ModelTensor.FromSingles("output_norm.weight", [64], new float[64])]));
        var result = engine.Perplexity(text);
        Assert.AreEqual((bytes, bytes), (result.TokenCount, result.ByteCount));
        Assert.AreEqual(Math.Log2(257), result.BitsPerByte, 1e-6);
    }

    [TestMethod]
    public void Perplexity_TextLongerThanTheContext_IsTheNaiveForwardsOverWindows()
    {
        var model = TinyModels.Create(ModelKind.Gpt2, seed: 6);
        using var engine = Open(model);
        var text = string.Concat(Enumerable.Range(0, 60).Select(i => $"{i * 37 % 100} C, "));
        var tokens = engine.Tokenize(text);
        Assert.IsGreaterThan(2 * 128, tokens.Length);
        double expected = 0;
        var oracle = new NaiveForward(model);
        for (var (scored, start) = (1, 0); scored < tokens.Length;)
        {
            // A window reads 128 tokens;
            // later ones begin half of them before the first that is new, the last so that it ends with the text.
            start = scored == 1 ? 0 : Math.Min(scored - 64, tokens.Length - 1 - 128);
            var end = Math.Min(start + 128, tokens.Length - 1);
            var logits = oracle.Logits(tokens[start..end]);
            for (; scored <= end; scored++)
                expected -= LogProbability(logits[scored - 1 - start], tokens[scored]);
        }

        var result = engine.Perplexity(text);
        Assert.AreEqual(tokens.Length - 1, result.TokenCount);
        Assert.AreEqual(expected / result.TokenCount, result.NatsPerToken, 1e-3);
    }

    [TestMethod]
    public void PerplexityAndEmbed_ManyTexts_AreThoseOfEachAlone()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama, seed: 6), Exact with { BatchSize = 32 });
        string[] texts =
        [
            .. Enumerable.Range(0, 45).Select(i => new string((char)('a' + (i % 26)), 2 + (i * 7 % 60))),
            string.Concat(Enumerable.Range(0, 80)),
        ];
        var (perplexities, embeddings) = (engine.Perplexity(texts), engine.Embed(texts[..45]));
        for (var i = 0; i < texts.Length; i++)
            Assert.AreEqual(engine.Perplexity(texts[i]).NatsPerToken, perplexities[i].NatsPerToken, 1e-5);
        for (var i = 0; i < 45; i++)
        {
            foreach (var (alone, together) in engine.Embed(texts[i]).Zip(embeddings[i]))
                Assert.AreEqual(alone, together, 1e-4f);
        }
    }

    [TestMethod]
    public void NextTokens_Best_AreSortedProbabilities()
    {
        var model = TinyModels.Create(ModelKind.Llama, seed: 9);
        using var engine = Open(model);
        var best = engine.NextTokens("abc", 5);
        var logits = new NaiveForward(model).Logits(engine.Tokenize("abc"))[^1];
        CollectionAssert.AreEqual(
            Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).Take(5).ToArray(), best.Select(b => b.Token).ToArray());
        Assert.AreEqual(Math.Exp(LogProbability(logits, best[0].Token)), best[0].Probability, 1e-4);
        Assert.HasCount(257, engine.NextTokens("abc", 1000));
    }

    [TestMethod]
    public void Generate_PromptBeyondASmallerContext_NamesTheOptionAndTheModelsContext()
    {
        // llama.cpp rounds contexts up to 256.
        using var engine = Open(TinyModels.Create(ModelKind.Llama, contextLength: 512), Exact with { ContextLength = 256 });
        const string Expected = "256 tokens, and the context 256: shorten it, or raise TinyGptOptions.ContextLength to at most 512.";
        var prompt = new string('a', 256); // fills the context, with no place for what would be generated
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => engine.Generate(prompt)).Message, "The prompt has " + Expected);
        Assert.HasCount(1, engine.NextTokens(prompt, 1));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => engine.NextTokens(prompt + "a", 1)).Message, "The text has 257 tokens, and the context 256");
    }

    [TestMethod]
    public void Embed_Text_IsTheMeanOfTheNaiveForwardsStates()
    {
        var model = TinyModels.Create(ModelKind.Gpt2);
        using var engine = Open(model);
        var states = new NaiveForward(model).HiddenStates(engine.Tokenize("abc 12"));
        var embedding = engine.Embed("abc 12");
        Assert.HasCount(64, embedding);
        for (var i = 0; i < 64; i++)
            Assert.AreEqual(states.Average(state => state[i]), embedding[i], 1e-3);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => engine.Embed(new string('x', 129))).Message,
            "The text has 129 tokens, and the model's context 128");
    }

    [TestMethod]
    public void Open_Model_IsTheSameFromFileFromMemoryAndChanged()
    {
        using var folder = new TemporaryFolder();
        var made = TinyModels.Create(ModelKind.Llama, seed: 12);
        made.Save(folder.PathOf("model.gguf"));
        using var loaded = LanguageModel.Load(folder.PathOf("model.gguf"));
        var zero = ModelTensor.FromSingles("output_norm.weight", [64], new float[64]);
        using (var first = TinyGptPredictionEngine.Open(made, Exact))
        using (var second = TinyGptPredictionEngine.Open(loaded, Exact))
        using (var third = TinyGptPredictionEngine.Open(loaded.WithTensors([zero]), Exact))
        {
            CollectionAssert.AreEqual(first.NextTokens("abc", 5).ToArray(), second.NextTokens("abc", 5).ToArray());
            Assert.AreEqual(
                1.0 / 257, third.NextTokens("abc", 1)[0].Probability, 1e-9, "A changed model is not the file that it came from.");
        }
    }

    [TestMethod]
    public void Metrics_Scoring_CountsWhatWasComputed()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama)); // a token is a byte
        engine.Classify("window", ["tap", "shake"]);
        Assert.AreEqual(6 + 3 + 5, engine.Metrics.PromptTokens, "The prompt, and each label; of its end nothing is computed.");
        engine.Classify("window", ["tap", "shake"]);
        Assert.AreEqual(14 + 1 + 3 + 5, engine.Metrics.PromptTokens, "The beginning of the prompt was there.");
        engine.Embed("abcd");
        engine.Perplexity("abcd");
        Assert.AreEqual(23 + 4 + 3, engine.Metrics.PromptTokens, "Behind the last token of a text nothing is asked.");
        engine.Classify("window", ["tap", "shake", "a label that is longer than both"]);
        Assert.IsGreaterThan(30, engine.Metrics.PromptTokens, "A context that is made anew goes on counting.");
        Assert.IsGreaterThan(0, engine.Metrics.PromptTokensPerSecond);
        Assert.AreEqual(0, engine.Metrics.GeneratedTokens);
    }

    [TestMethod]
    public void Prompt_SharedBeginning_IsComputedOnce()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama));
        var options = new GenerationOptions { MaximumTokens = 1 };
        engine.Generate("The gesture is ", options);
        var before = engine.Metrics.PromptTokens;
        var warm = engine.Generate("The gesture is !", options);
        Assert.AreEqual(1, engine.Metrics.PromptTokens - before, "Only the last token is new.");
        using var cold = Open(TinyModels.Create(ModelKind.Llama));
        Assert.AreEqual(cold.Generate("The gesture is !", options), warm);
        Assert.IsGreaterThan(0, engine.Metrics.GeneratedTokensPerSecond);
        Assert.IsGreaterThan(engine.Metrics.FileBytes, engine.Metrics.PeakMemoryBytes);
    }

    [TestMethod]
    public void Calls_FromManyThreads_GiveWhatOneGives()
    {
        using var engine = Open(TinyModels.Create(ModelKind.Llama, seed: 4));
        var options = new GenerationOptions { MaximumTokens = 8 };
        var expected = Enumerable.Range(0, 16).Select(i => engine.Generate($"window {i}", options)).ToArray();
        var found = new string[16];
        Parallel.For(0, 16, i => found[i] = engine.Generate($"window {i}", options));
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    public void Open_BadFilesAndOptions_AreClear()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<GgufFormatException>(() => TinyGptPredictionEngine.Open("PK\u0003\u0004"u8.ToArray())).Message,
            "Expected the magic");
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => TinyGptPredictionEngine.Open("x", new TinyGptOptions { Threads = 0, BatchSize = 0 })).Message;
        StringAssert.Contains(message, "Threads is 0; at least 1");
        StringAssert.Contains(message, "BatchSize is 0");
        var engine = Open(TinyModels.Create(ModelKind.Gpt2));
        var tooLong = new string('a', 500);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => engine.Generate(tooLong)).Message,
            "The prompt has 500 tokens, and the model's context 128: shorten it, or train a model with a larger ContextLength.");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => engine.Generate("a", new GenerationOptions { TopP = 2, MaximumTokens = 0 })).Message,
            "TopP is 2");
        engine.Dispose();
        engine.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => engine.Generate("a"));
    }

    private static double LogProbability(double[] logits, int token) =>
        logits[token] - logits.Max() - Math.Log(logits.Sum(logit => Math.Exp(logit - logits.Max())));

    private static TinyGptPredictionEngine Open(LanguageModel model, TinyGptOptions? options = null)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return TinyGptPredictionEngine.Open(stream.ToArray(), options ?? Exact);
    }
}
