using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Tests.Pipelines;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Evaluation;

[TestClass]
public sealed class QuantizationEvaluationTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly TinyGptOptions Engine = new() { Threads = 1 };
    private static readonly PromptTemplate Template = new() { Text = "Symbols: {input}\n={response}", End = "." };
    private static readonly Lazy<IDataView> Trained = new(Train);

    [TestMethod]
    public void EvaluateQuantizations_Forms_AreWhatTheirFilesDoInAnEngine()
    {
        using var folder = new TemporaryFolder();
        var told = new List<ModelVariant>();
        var variants = Context.TinyLlm().EvaluateQuantizations(Trained.Value, new QuantizationEvaluationOptions
        {
            Types = [GgufFileType.F32, GgufFileType.F16, GgufFileType.Q8_0, GgufFileType.Q4_0],
            Engine = Engine,
            BatchRows = 50,
            PerplexityRows = 40,
            Folder = folder.PathOf("forms"),
            Progress = new Direct(told.Add),
        });
        CollectionAssert.AreEqual(new[] { "F32", "F16", "Q8_0", "Q4_0" }, variants.Select(variant => variant.Name).ToArray());
        CollectionAssert.AreEqual(variants.ToArray(), told);

        string[] labels = ["up", "down", "still"];
        var (texts, answers) = (Trained.Value.GetColumn<string>("Text").ToArray(), Trained.Value.GetColumn<string>("Label").ToArray());
        var examples = Enumerable.Range(0, 40).Select(i => Template.Format(texts[i * 120 / 40], answers[i * 120 / 40])).ToArray();
        using var reference = TinyGptPredictionEngine.Open(folder.PathOf("forms/F32.gguf"), Engine);
        foreach (var variant in variants)
        {
            var path = folder.PathOf($"forms/{variant.Name}.gguf");
            using var engine = TinyGptPredictionEngine.Open(path, Engine);
            var results = engine.Classify([.. texts.Select(Template.Format)], labels);
            Assert.AreEqual(new FileInfo(path).Length, variant.FileBytes);
            // The prompts share other calls of llama.cpp here; a row that stands on the edge may fall to either side.
            Assert.AreEqual(results.Zip(answers).Count(pair => pair.First.Label == pair.Second), variant.Evaluation.Accuracy.Successes, 1);
            Assert.AreEqual(120, variant.Evaluation.Accuracy.Count);
            Assert.IsNotNull(variant.Evaluation.CalibrationError);

            var divergence = engine.DivergenceFrom(reference, examples);
            Assert.AreEqual(divergence.Perplexity, variant.Perplexity!.Value, 1e-9, "The same calls.");
            Assert.AreEqual(variant.Name == "F32" ? null : divergence, variant.Divergence);
            Assert.IsGreaterThan(0.0, variant.RowsPerSecond!.Value);
            var tokens = texts.Average(text => engine.Tokenize(Template.Format(text)).Length);
            Assert.AreEqual(tokens, variant.TokensPerSecond!.Value / variant.RowsPerSecond!.Value, 1e-6);
            Assert.IsGreaterThan(variant.FileBytes / 2, variant.BufferBytes!.Value, "The weights, and not the vocabulary's texts.");
        }

        Assert.IsGreaterThan(0.85, variants[0].Evaluation.Accuracy.Value, "Counting is right on 97 of 100.");
        Assert.IsTrue(variants.Zip(variants.Skip(1)).All(pair => pair.First.FileBytes > pair.Second.FileBytes));
        var means = variants.Skip(1).Select(variant => variant.Divergence!.Mean).ToArray();
        Assert.IsTrue(0 < means[0] && means[0] < means[1] && means[1] < means[2], string.Join(" < ", means));
        Assert.IsTrue(variants[2].Divergence!.SameTopShare >= variants[3].Divergence!.SameTopShare);
    }

    [TestMethod]
    public void EvaluateQuantizations_KeyLabels_AreTheClassesInTheirOrder()
    {
        var keys = Context.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
        var options = new QuantizationEvaluationOptions
        {
            Types = [GgufFileType.Q8_0],
            Engine = Engine,
            PerplexityRows = null,
            GroupColumnName = "Session",
        };
        var variants = Context.TinyLlm().EvaluateQuantizations(keys.Fit(Trained.Value).Transform(Trained.Value), options);
        CollectionAssert.AreEqual(new[] { "down", "still", "up" }, variants[0].Evaluation.Labels.ToArray());
        Assert.IsGreaterThan(0.85, variants[0].Evaluation.Accuracy.Value);
        Assert.IsNull(variants[0].Divergence, "It is the first.");
        Assert.AreEqual(12, variants[0].Evaluation.GroupCount, "Ten rows a session.");
    }

    [TestMethod]
    public void EvaluateQuantizations_Log_TellsWhatEachFormIsInTruth()
    {
        var (context, lines) = (new MLContext(seed: 1), new List<string>());
        context.Log += (_, e) =>
        {
            lock (lines)
                lines.Add(e.Message);
        };
        var options = new QuantizationEvaluationOptions
        {
            Types = [GgufFileType.F32, GgufFileType.Q6_K],
            Engine = Engine,
            PerplexityRows = 1,
        };
        var variants = context.TinyLlm().EvaluateQuantizations(Trained.Value, options);
        // Rows of 64 numbers are too narrow for blocks of 256: llama.cpp writes 8 bits for the 7 matrices of the layer and the embedding.
        foreach (var line in new[]
        {
            "F32: matrices in F32 (8)", "Q6_K: matrices in Q8_0 (8)",
            FormattableString.Invariant(
                $"Q6_K: {variants[1].FileBytes / 1e6:F2} MB, right on {variants[1].Evaluation.Accuracy}, perplexity "),
        })
            Assert.IsTrue(
                lines.Any(found => found.Contains(line, StringComparison.Ordinal)), $"{line} is not in {string.Join('\n', lines)}");
    }

    [TestMethod]
    public void EvaluateQuantizations_LowTypes_TakeTheirImportanceFromTheTexts()
    {
        var (tiny, rows) = (Context.TinyLlm(), GestureRows.Create(Context, 60));
        var wide = GestureRows.Architecture with { EmbeddingLength = 256 };
        var data = tiny.Pretrain(wide, training: GestureRows.Training with { Steps = 2 }).Fit(rows).Transform(rows);
        var options = new QuantizationEvaluationOptions
        {
            Types = [GgufFileType.F16, GgufFileType.IQ2_XS],
            Labels = ["up", "down", "still"],
            Engine = Engine,
            PerplexityRows = 5,
        };
        var variants = tiny.EvaluateQuantizations(data, options with { ImportanceTexts = [.. rows.GetColumn<string>("Text")] });
        Assert.IsLessThan(variants[0].FileBytes / 2, variants[1].FileBytes);
        Assert.IsGreaterThan(0, variants[1].Divergence!.Mean);
        Expect<ArgumentException>("IQ2_XS needs ImportanceTexts", options.Validate);
    }

    [TestMethod]
    public void EvaluateQuantizations_Mistakes_SayWhatToDo()
    {
        var (tiny, data) = (Context.TinyLlm(), Trained.Value);
        var options = new QuantizationEvaluationOptions { Types = [GgufFileType.F32], Engine = Engine };
        Expect<ArgumentException>("Row 0 has the label '", data, options with { Labels = ["left", "right"] });
        Expect<ArgumentException>(
            "' in column 'Label'; expected is one of left, right. Leave such rows out, or name the label in the options.",
            data,
            options with { Labels = ["left", "right"] });
        Expect<ArgumentException>(
            "All 10 rows are of the group '28', and one group gives no interval: test on further ones.",
            Context.Data.TakeRows(data, 10),
            options with { GroupColumnName = "Session" });
        Expect<ArgumentException>("There are no rows to evaluate.", Context.Data.SkipRows(data, 1000), options);
        Expect<ArgumentException>(
            "neither 'Label' nor 'Text' is a key column with values. Give QuantizationEvaluationOptions.Labels",
            data,
            options with { PredictedLabelColumnName = "Text" });
        Expect<ArgumentOutOfRangeException>(
            "EvaluateQuantizations needs the column 'Gesture', which is missing", data, options with { LabelColumnName = "Gesture" });
        Expect<ArgumentOutOfRangeException>(
            "Column 'LanguageModel' is missing: add a stage that makes a language model", GestureRows.Create(Context, 10), options);
        Expect<ArgumentException>(
            "compares with the unquantized model, and 'token_embd.weight' is Q8_0: give the rows as they come before the stage",
            tiny.Quantize().Fit(data).Transform(data),
            options);

        // Keys without a value for "up": those rows have the missing key.
        var rows = Context.Data.LoadFromEnumerable([new GestureRows.Row { Label = "down" }, new GestureRows.Row { Label = "still" }]);
        var keys = Context.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        Expect<ArgumentException>(
            "has no label in column 'Label'; expected is one of down, still. Leave such rows out", keys.Transform(data), options);

        void Expect<TException>(string message, IDataView rows, QuantizationEvaluationOptions options)
            where TException : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<TException>(() => tiny.EvaluateQuantizations(rows, options)).Message, message);
    }

    [TestMethod]
    public void Validate_Options_NamesEveryProblem()
    {
        var options = new QuantizationEvaluationOptions
        {
            Types = [GgufFileType.Q8_0, GgufFileType.Q8_0, (GgufFileType)99],
            Labels = ["a"],
            LabelColumnName = "",
            PerplexityRows = 0,
            BatchRows = 0,
            Engine = new TinyGptOptions { Threads = 0 },
        };
        foreach (var problem in new[]
        {
            "Types has an unknown type", "Types has a type twice", "Labels has one label", "LabelColumnName is empty",
            "PerplexityRows is 0; at least 1 is expected, or null", "BatchRows is 0", "Threads is 0",
        })
            Expect<ArgumentException>(problem, options.Validate);
        QuantizationEvaluationOptions With(params string[] labels) => options with { Labels = [.. labels] };
        Expect<ArgumentException>("Types is empty; at least one form is expected", (options with { Types = [] }).Validate);
        Expect<ArgumentException>("Labels has an empty label; Labels has a label twice", With("a", "a", "").Validate);
    }

    [TestMethod]
    public void EvaluateQuantizations_Cancelled_EndsBetweenForms()
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var options = new QuantizationEvaluationOptions
        {
            Engine = Engine,
            Folder = folder.Root,
            Progress = new Direct(_ => cancellation.Cancel()),
            CancellationToken = cancellation.Token,
        };
        Assert.Throws<OperationCanceledException>(() => Context.TinyLlm().EvaluateQuantizations(Trained.Value, options));
        CollectionAssert.AreEqual(new[] { folder.PathOf("F32.gguf") }, Directory.GetFiles(folder.Root));
    }

    [TestMethod]
    public void Spread_Rows_AreEvenlyApart()
    {
        var rows = new LabelledTexts(["a", "b"], [.. Enumerable.Repeat("x", 10)], [.. Enumerable.Repeat(0, 10)]);
        CollectionAssert.AreEqual(new[] { 0, 2, 5, 7 }, rows.Spread(4).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), rows.Spread(100).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), rows.Spread(null).ToArray());
    }

    // Rows that were not trained on, with the model and its PredictedLabel.
    private static IDataView Train()
    {
        var rows = GestureRows.Create(Context, 400);
        var tiny = Context.TinyLlm();
        var pretrain = new PretrainOptions
        {
            Architecture = GestureRows.Architecture,
            LabelColumnName = "Label",
            PromptTemplate = Template,
            Training = GestureRows.Training,
        };
        var pipeline = tiny.Pretrain(pretrain)
            .Append(tiny.LoraFineTune(training: GestureRows.Training with { Steps = 100, LearningRate = 1e-2 }));
        return pipeline.Fit(Context.Data.TakeRows(rows, 280)).Transform(Context.Data.SkipRows(rows, 280));
    }

    private static void Expect<TException>(string message, Action action)
        where TException : Exception => StringAssert.Contains(Assert.ThrowsExactly<TException>(action).Message, message);

    private sealed class Direct(Action<ModelVariant> report) : IProgress<ModelVariant>
    {
        public void Report(ModelVariant value) => report(value);
    }
}
