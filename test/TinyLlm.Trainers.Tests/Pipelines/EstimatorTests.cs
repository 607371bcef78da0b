using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Pipelines;

/// <summary>What each estimator promises, and what it says to those who get it wrong.</summary>
[TestClass]
public sealed class EstimatorTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly TrainingOptions Short = GestureRows.Training with { Steps = 2, EvaluateEvery = 1 };

    [TestMethod]
    public void Pretrain_Contract_Holds()
    {
        var data = GestureRows.Create(Context, 60);
        EstimatorContract.Check(
            Context.TinyLlm().Pretrain(GestureRows.Architecture, training: Short), data, Without(data, "Text"), neededToFitOnly: true);
    }

    [TestMethod]
    public void LoraFineTune_Contract_Holds()
    {
        var data = WithModel(GestureRows.Create(Context, 60));
        var engine = new TinyGptOptions { ExactAttention = true, Threads = 1 };
        var estimator = Context.TinyLlm().FineTune(new FineTuneOptions { Training = Short, Engine = engine, GroupColumnName = "Session" });
        EstimatorContract.Check(estimator, data, Without(data, "Session"), tolerance: 1e-4, neededToFitOnly: true);
    }

    [TestMethod]
    public void QuantizeAndExport_Contract_Holds()
    {
        using var folder = new TemporaryFolder();
        var data = WithModel(GestureRows.Create(Context, 60));
        EstimatorContract.Check(Context.TinyLlm().Quantize(), data, Without(data, "LanguageModel"), neededToFitOnly: true);
        EstimatorContract.Check(
            Context.TinyLlm().ExportGguf(folder.PathOf("model.gguf")), data, Without(data, "LanguageModel"), neededToFitOnly: true);
        Assert.AreEqual(ModelOf(data).Architecture, LanguageModel.Load(folder.PathOf("model.gguf")).Architecture);
    }

    [TestMethod]
    public void Quantize_LowTypes_TakeTheirImportanceFromTheRows()
    {
        var data = WithModel(GestureRows.Create(Context, 60), GestureRows.Architecture with { EmbeddingLength = 256 });
        using var transformer = Context.TinyLlm()
            .Quantize(new QuantizeOptions { Type = GgufFileType.IQ2_XS, ImportanceColumnName = "Text" }).Fit(data);
        Assert.IsTrue(transformer.Report.Tensors.Any(tensor => tensor.Given == GgufTensorType.IQ2_XS));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Context.TinyLlm().Quantize(GgufFileType.IQ2_XS)).Message,
            "IQ2_XS needs the texts of an ImportanceColumnName");
    }

    [TestMethod]
    public void FineTune_EveryWeight_ChangesThemAll()
    {
        var data = WithModel(GestureRows.Create(Context, 60));
        var before = ModelOf(data);
        using var chain = Context.TinyLlm().FineTune(new FineTuneOptions { Lora = null, Training = Short }).Fit(data);
        var after = ((IEnumerable<ITransformer>)chain).OfType<TrainedModelTransformer>().Single().Model;
        foreach (var (a, b) in before.Tensors.Zip(after.Tensors))
            Assert.IsFalse(a.Data.Span.SequenceEqual(b.Data.Span), a.Name);
    }

    [TestMethod]
    public void LoraFineTune_Adapter_TurnsTheBaseIntoTheAdaptedModel()
    {
        using var folder = new TemporaryFolder();
        var data = WithModel(GestureRows.Create(Context, 60));
        var options = new FineTuneOptions
        {
            AdapterPath = folder.PathOf("adapter.gguf"),
            Training = Short with { Steps = 10, LearningRate = 0.02 },
        };
        using var chain = Context.TinyLlm().FineTune(options).Fit(data);
        var adapted = ((IEnumerable<ITransformer>)chain).OfType<TrainedModelTransformer>().Single().Model;
        var exact = new TinyGptOptions { ExactAttention = true, Threads = 1 };
        using var merged = TinyGptPredictionEngine.Open(adapted, exact);
        using var apart = TinyGptPredictionEngine.Open(ModelOf(data), exact);
        var plain = apart.Classify("u u u u u u u ->", ["up", "down"]).LogLikelihoods[0];
        apart.SetAdapters((folder.PathOf("adapter.gguf"), 1));
        var expected = merged.Classify("u u u u u u u ->", ["up", "down"]).LogLikelihoods[0];
        Assert.AreEqual(expected, apart.Classify("u u u u u u u ->", ["up", "down"]).LogLikelihoods[0], 1e-3);
        Assert.AreNotEqual(expected, plain, 0.1);
    }

    [TestMethod]
    public void Pretrain_GivenVocabulary_OpensPromptsAsItOpenedDocuments()
    {
        var rows = GestureRows.Create(Context, 60);
        var vocabulary = new BytePairTrainer(new BytePairTrainerOptions { VocabularySize = 300 }).Train(rows.GetColumn<string>("Text"));
        Assert.IsFalse(vocabulary.AddBeginToken);
        var options = new PretrainOptions { Architecture = GestureRows.Architecture, Vocabulary = vocabulary, Training = Short };
        using var fitted = Context.TinyLlm().Pretrain(options).Fit(rows);
        Assert.AreEqual(vocabulary with { AddBeginToken = true }, fitted.Model.Vocabulary);
    }

    [TestMethod]
    public void Pretrain_Again_GoesOnWithTheModelOfTheSchema()
    {
        var data = WithModel(GestureRows.Create(Context, 60));
        var before = ModelOf(data);
        using var again = Context.TinyLlm().Pretrain(new PretrainOptions { Training = Short }).Fit(data);
        Assert.AreEqual(before.Vocabulary, again.Model.Vocabulary);
        Assert.IsLessThan(
            before.Tensors.Length,
            before.Tensors.Zip(again.Model.Tensors).Count(pair => pair.First.Data.Span.SequenceEqual(pair.Second.Data.Span)));
    }

    [TestMethod]
    public void Fit_Mistakes_SayWhatToDo()
    {
        var tiny = Context.TinyLlm();
        var rows = GestureRows.Create(Context, 60);
        var data = WithModel(rows);
        Expect<ArgumentOutOfRangeException>(
            "Column 'LanguageModel' is missing: add a stage that makes a language model", () => tiny.LoraFineTune().Fit(rows));
        Expect<ArgumentOutOfRangeException>(
            "LoraFineTune needs the column 'Gesture', which is missing", () => tiny.LoraFineTune("Gesture").Fit(data));
        Expect<ArgumentOutOfRangeException>(
            "LoraFineTune needs column 'Session' of type text or key, and it is of type Single",
            () => tiny.LoraFineTune("Session").GetOutputSchema(SchemaShape.Create(data.Schema)));
        Expect<InvalidOperationException>(
            "at least two labels; column 'Label' has 1", () => tiny.LoraFineTune(training: Short).Fit(Context.Data.TakeRows(data, 1)));
        Expect<InvalidOperationException>(
            "one row takes 65: give more text, or shorten TrainingOptions.SequenceLength",
            () => tiny.Pretrain(GestureRows.Architecture, training: Short).Fit(Context.Data.TakeRows(rows, 2)));
        Expect<ArgumentException>(
            "SequenceLength is 256, and the model's context has 64 tokens: shorten SequenceLength, or give a new model a larger ContextLength",
            () => tiny.Pretrain(GestureRows.Architecture).Fit(rows));
        Expect<ArgumentException>(
            "SequenceLength is 65, and the model's context has 64 tokens",
            () => tiny.LoraFineTune(training: Short with { SequenceLength = 65 }).Fit(data));
        Expect<ArgumentException>(
            "SequenceLength is 0; at least 1", () => tiny.Pretrain(GestureRows.Architecture, training: Short with { SequenceLength = 0 }));
        Expect<ArgumentException>(
            "ShardPaths are given without the Vocabulary",
            () => tiny.Pretrain(new PretrainOptions { Architecture = GestureRows.Architecture, ShardPaths = ["a.bin"] }));
        Expect<ArgumentException>(
            "an adapter holds nothing but an update of low rank",
            () => tiny.FineTune(new FineTuneOptions { Lora = null, AdapterPath = "a.gguf" }));

        static void Expect<TException>(string message, Action action)
            where TException : Exception => StringAssert.Contains(Assert.ThrowsExactly<TException>(action).Message, message);
    }

    private static LanguageModel ModelOf(IDataView data) => data.Schema.GetLanguageModel();

    private static IDataView Without(IDataView data, string column) => Context.Transforms.DropColumns(column).Fit(data).Transform(data);

    private static IDataView WithModel(IDataView data, ModelArchitecture? architecture = null) =>
        Context.TinyLlm().Pretrain(
            new PretrainOptions { Architecture = architecture ?? GestureRows.Architecture, LabelColumnName = "Label", Training = Short })
            .Fit(data).Transform(data);
}
