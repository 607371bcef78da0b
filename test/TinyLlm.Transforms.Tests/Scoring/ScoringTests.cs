using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms.Tests.Scoring;

/// <summary>The values of each stage, from the engine itself; and what it says to those who get it wrong.</summary>
[TestClass]
public sealed class ScoringTests
{
    [TestMethod]
    public void Classify_Rows_AreTheEnginesAndEvaluate()
    {
        using var fixture = new ScoringFixture(rows: 150);
        using var engine = fixture.OpenEngine();
        using var transformer = fixture.Context.TinyLlm()
            .Classify(new ClassifyOptions { Engine = ScoringFixture.Exact }).Fit(fixture.WithModel);
        CollectionAssert.AreEqual(new[] { "tap", "double tap", "hold" }, transformer.Labels.ToArray());
        var scored = transformer.Transform(fixture.WithModel);
        var expected = engine.Classify(fixture.Texts, transformer.Labels);
        var (keys, scores) = (scored.GetColumn<uint>("PredictedLabel").ToArray(), scored.GetColumn<float[]>("Score").ToArray());
        for (var row = 0; row < expected.Count; row++)
        {
            Assert.AreEqual((uint)expected[row].Index + 1, keys[row]);
            for (var label = 0; label < 3; label++)
                Assert.AreEqual(expected[row].Probabilities[label], scores[row][label], 1e-4);
        }

        var right = expected.Select((result, row) => result.Index == row % 3 ? 1 : 0).Sum();
        var metrics = fixture.Context.MulticlassClassification.Evaluate(scored);
        Assert.AreEqual(right / 150.0, metrics.MicroAccuracy, 1e-9);
        var restored = fixture.Context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored).Transform(scored);
        CollectionAssert.AreEqual(
            expected.Select(result => result.Label).ToArray(), restored.GetColumn<string>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void Classify_Unsure_GivesTheMissingKey()
    {
        using var fixture = new ScoringFixture();
        using var transformer = fixture.Context.TinyLlm().Classify(new ClassifyOptions { AbstainBelow = 1 }).Fit(fixture.WithModel);
        CollectionAssert.AreEqual(new uint[9], transformer.Transform(fixture.WithModel).GetColumn<uint>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void GenerateEmbedPerplexity_Rows_AreTheEngines()
    {
        using var fixture = new ScoringFixture();
        using var engine = fixture.OpenEngine();
        var generation = new GenerationOptions { MaximumTokens = 6 };
        using var chain = fixture.Context.TinyLlm().Generate(
            new GenerateOptions { OutputColumnName = "More", Generation = generation, Engine = ScoringFixture.Exact })
            .Append(fixture.Context.TinyLlm().Embed(new EmbedOptions { Engine = ScoringFixture.Exact }))
            .Append(
                fixture.Context.TinyLlm().Perplexity(new PerplexityOptions { OutputColumnName = "Nats", Engine = ScoringFixture.Exact }))
            .Fit(fixture.WithModel);
        var scored = chain.Transform(fixture.WithModel);
        CollectionAssert.AreEqual(
            fixture.Texts.Select(text => engine.Generate(text, generation)).ToArray(), scored.GetColumn<string>("More").ToArray());
        foreach (var (text, nats) in fixture.Texts.Zip(scored.GetColumn<float>("Nats")))
            Assert.AreEqual(engine.Perplexity(text).NatsPerToken, nats, 1e-5);
        foreach (var (text, vector) in fixture.Texts.Zip(scored.GetColumn<float[]>("Features")))
        {
            foreach (var (expected, actual) in engine.Embed(text).Zip(vector))
                Assert.AreEqual(expected, actual, 1e-4);
        }
    }

    [TestMethod]
    public void Classify_SomeRowsOnly_ScoresFewMore()
    {
        using var fixture = new ScoringFixture(rows: 200);
        using var transformer = fixture.Context.TinyLlm()
            .Perplexity(new PerplexityOptions { BatchRows = 8, Engine = ScoringFixture.Exact }).Fit(fixture.WithModel);
        using var engine = fixture.OpenEngine();
        var scored = transformer.Transform(fixture.WithModel);
        using var cursor = scored.GetRowCursor([scored.Schema["NatsPerToken"]]);
        var getter = cursor.GetGetter<float>(scored.Schema["NatsPerToken"]);
        float value = 0;
        while (cursor.MoveNext())
        {
            if (cursor.Position is not (3 or 4 or 77 or 199))
                continue;
            getter(ref value);
            Assert.AreEqual(engine.Perplexity(fixture.Texts[cursor.Position]).NatsPerToken, value, 1e-5);
        }

        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref value));
    }

    [TestMethod]
    public void PredictionEngine_WholeChain_AnswersOneRow()
    {
        using var fixture = new ScoringFixture();
        using var chain = fixture.Context.TinyLlm().LoadModel(fixture.Path)
            .Append(fixture.Context.TinyLlm().Classify(new ClassifyOptions { Labels = ["tap", "hold"], Engine = ScoringFixture.Exact }))
            .Append(fixture.Context.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(fixture.Data);
        using var engine = fixture.OpenEngine();
        using var prediction = fixture.Context.Model.CreatePredictionEngine<ScoringFixture.Row, Answer>(chain);
        foreach (var text in fixture.Texts)
        {
            var expected = engine.Classify(text, ["tap", "hold"]);
            var answer = prediction.Predict(new ScoringFixture.Row { Text = text });
            Assert.AreEqual(expected.Label, answer.PredictedLabel);
            Assert.AreEqual(expected.Probabilities[0], answer.Score[0], 1e-4);
        }
    }

    [TestMethod]
    public void Fit_WrongColumns_SaysWhatIsThereAndWhatToDo()
    {
        using var fixture = new ScoringFixture();
        var tiny = fixture.Context.TinyLlm();
        AssertMessage(
            () => tiny.Classify().Fit(fixture.Data),
            "Column 'LanguageModel' is missing: add a stage that makes a language model, such as LoadModel, before Classify. The schema has: Text, Label, Number.");
        AssertMessage(
            () => tiny.Classify(inputColumnName: "Txt").Fit(fixture.WithModel),
            "Classify needs the column 'Txt', which is missing. The schema has: Text, Label, Number, LanguageModel.");
        AssertMessage(
            () => tiny.Embed("Features", "Number").Fit(fixture.WithModel),
            "Embed needs column 'Number' of type String, and it is of type Single.");
        AssertMessage(
            () => tiny.Classify(labelColumnName: "Text").Fit(fixture.WithModel),
            "the key column 'Text', which is of type String: convert it with Conversion.MapValueToKey, or give ClassifyOptions.Labels");
        AssertMessage(
            () => tiny.Classify(labelColumnName: "None").Fit(fixture.WithModel),
            "Classify without Labels needs the column 'None', which is missing");
        AssertMessage(
            () => tiny.Perplexity(new PerplexityOptions { ModelColumnName = "Text" }).Fit(fixture.WithModel),
            "Perplexity needs a language model, and column 'Text' of type String carries none.");

        static void AssertMessage(Action fit, string expected) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(fit).Message, expected);
    }

    [TestMethod]
    public void Options_Invalid_NameEveryProblem()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().TinyLlm().Classify(new ClassifyOptions
        {
            InputColumnName = "",
            Labels = ["a", "a", ""],
            ScoreColumnName = "PredictedLabel",
            BatchRows = 0,
            Temperature = -1,
            Engine = new TinyGptOptions { Threads = 0 },
        })).Message;
        foreach (var problem in new[]
        {
            "InputColumnName is empty", "a label twice", "an empty label", "PredictedLabelColumnName and ScoreColumnName are the same",
            "BatchRows is 0; 1 to 1,024", "Temperature is -1", "Threads is 0",
        })
            StringAssert.Contains(message, problem);
    }

    [TestMethod]
    public void Transform_TextTooLong_NamesTheRow()
    {
        using var fixture = new ScoringFixture();
        var data = fixture.Context.Data.LoadFromEnumerable(
            [new ScoringFixture.Row { Text = "short" }, new ScoringFixture.Row { Text = new string('x', 200) }]);
        using var chain = fixture.Context.TinyLlm().LoadModel(fixture.Path)
            .Append(fixture.Context.TinyLlm().Classify(new ClassifyOptions { Labels = ["tap", "hold"], BatchRows = 1 })).Fit(data);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => chain.Transform(data).GetColumn<uint>("PredictedLabel").Count());
        StringAssert.Contains(error.Message, "Row 1 cannot be scored: The longest prompt has 200 tokens");
    }

    [TestMethod]
    public void Dispose_Transformer_ClosesTheModelOnceNobodyRunsIt()
    {
        using var fixture = new ScoringFixture();
        var first = fixture.Context.TinyLlm().Perplexity("A", "Text").Fit(fixture.WithModel);
        var second = fixture.Context.TinyLlm().Perplexity("B", "Text").Fit(fixture.WithModel);
        var (a, b) = (first.Transform(fixture.WithModel), second.Transform(fixture.WithModel));
        Assert.AreEqual(9, a.GetColumn<float>("A").Zip(b.GetColumn<float>("B")).Count(pair => pair.First == pair.Second));
        first.Dispose();
        first.Dispose();
        Assert.AreEqual(9, b.GetColumn<float>("B").Count());
        Assert.ThrowsExactly<ObjectDisposedException>(() => a.GetColumn<float>("A").Count());
        second.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => b.GetColumn<float>("B").Count());
    }

    private sealed class Answer
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
