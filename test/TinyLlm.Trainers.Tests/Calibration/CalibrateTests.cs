using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Tests.Pipelines;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Calibration;

/// <summary>The temperature on its way: fitted in a pipeline, kept with the model, obeyed by stages and the engine.</summary>
[TestClass]
public sealed class CalibrateTests
{
    private const string Key = "tinyllm.classification.temperature";
    private static readonly MLContext Context = new(seed: 1);
    private static readonly TinyGptOptions Engine = new() { Threads = 1 };
    private static readonly Lazy<IDataView> Rows = new(() => WithModel(GestureRows.Create(Context, 240)));

    [TestMethod]
    public void Calibrate_Contract_Holds()
    {
        var data = Rows.Value;
        EstimatorContract.Check(
            Context.TinyLlm().Calibrate(new CalibrateOptions { Engine = Engine, GroupColumnName = "Session", ValidationFraction = null }),
            data, Context.Transforms.DropColumns("Session").Fit(data).Transform(data), neededToFitOnly: true);
    }

    [TestMethod]
    public void Calibrate_Model_TakesItsTemperatureToFilesQuantizedFormsAndSavedPipelines()
    {
        using var folder = new TemporaryFolder();
        var (tiny, data) = (Context.TinyLlm(), Rows.Value);
        string[] labels = ["up", "down", "still"];
        var classify = new ClassifyOptions { Labels = [.. labels], Engine = Engine };
        using var pipeline = tiny.Calibrate(new CalibrateOptions { Engine = Engine, ValidationFraction = 0.5 })
            .Append(tiny.Quantize()).Append(tiny.ExportGguf(folder.PathOf("model.gguf"))).Append(tiny.Classify(classify)).Fit(data);
        var calibration = ((IEnumerable<ITransformer>)pipeline).OfType<CalibratedModelTransformer>().Single().Calibration;
        Assert.IsTrue(calibration.Temperature is > 0.05 and < 20 and not 1, $"{calibration}");
        Assert.IsTrue(calibration.Count is > 80 and < 160, $"{calibration}");
        Assert.IsTrue(calibration.NatsAfter < calibration.NatsBefore, $"{calibration}");

        // The rows held out, whose log-likelihoods the engine gives one by one, have the least loss at that temperature.
        using (var plain = TinyGptPredictionEngine.Open(data.Schema.GetLanguageModel(), Engine))
        {
            Assert.IsNull(plain.ClassificationTemperature);
            var held = data.GetColumn<string>("Text").Zip(data.GetColumn<string>("Label"))
                .Where(row => CorpusSplit.IsValidation(row.First, 0.5, seed: 0)).ToArray();
            Assert.HasCount(calibration.Count, held);
            var scores = held
                .Select(row => (plain.Classify(row.First, labels).LogLikelihoods, Class: Array.IndexOf(labels, row.Second))).ToArray();
            double Nats(double t) => scores.Average(row =>
                Math.Log(row.LogLikelihoods.Sum(value => Math.Exp(value / t))) - (row.LogLikelihoods[row.Class] / t));
            Assert.AreEqual(Nats(calibration.Temperature), calibration.NatsAfter, 1e-4);
            Assert.IsGreaterThan(calibration.NatsAfter, Nats(calibration.Temperature * 1.1));
            Assert.IsGreaterThan(calibration.NatsAfter, Nats(calibration.Temperature / 1.1));
        }

        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"), Engine);
        Assert.AreEqual(calibration.Temperature, engine.ClassificationTemperature);
        var text = data.GetColumn<string>("Text").First();
        var (own, one) = (engine.Classify(text, labels), engine.Classify(text, labels, new ClassificationOptions { Temperature = 1 }));
        CollectionAssert.AreEqual(own.LogLikelihoods.ToArray(), one.LogLikelihoods.ToArray());
        var weights = own.LogLikelihoods.Select(value => Math.Exp(value / calibration.Temperature)).ToArray();
        Assert.AreEqual(weights[0] / weights.Sum(), own.Probabilities[0], 1e-9);
        Assert.AreNotEqual(own.Probabilities[0], one.Probabilities[0], 1e-3);

        var scored = pipeline.Transform(data);
        Assert.AreEqual((float)own.Probabilities[0], scored.GetColumn<float[]>("Score").First()[0], 1e-4f);
        Context.Model.Save(pipeline, data.Schema, folder.PathOf("pipeline.zip"));
        var loaded = new MLContext().Model.Load(folder.PathOf("pipeline.zip"), out _);
        using (loaded as IDisposable)
        {
            CollectionAssert.AreEqual(
                scored.GetColumn<float[]>("Score").First(), loaded.Transform(data).GetColumn<float[]>("Score").First());
            Assert.AreEqual(calibration, ((IEnumerable<ITransformer>)loaded).OfType<CalibratedModelTransformer>().Single().Calibration);
        }
    }

    [TestMethod]
    public void FineTune_Calibrate_FitsOnItsHeldOutRowsAndTrainingOnForgetsIt()
    {
        var context = new MLContext(seed: 1);
        var lines = new List<string>();
        context.Log += (_, e) =>
        {
            lock (lines)
                lines.Add(e.Message);
        };
        var data = WithModel(GestureRows.Create(context, 240));
        var options = new FineTuneOptions
        {
            Calibrate = true,
            ValidationFraction = 0.3,
            Engine = Engine,
            Training = GestureRows.Training with { Steps = 20, EvaluateEvery = null },
        };
        using var adapted = context.TinyLlm().FineTune(options).Fit(data);
        var transformed = adapted.Transform(data);
        var model = transformed.Schema.GetLanguageModel();
        var temperature = model.Metadata[Key].AsDouble(Key);
        // The same split, by the stage that stands alone.
        using var alone = context.TinyLlm().Calibrate(new CalibrateOptions
        {
            ValidationFraction = 0.3,
            Seed = GestureRows.Training.Seed,
            Engine = Engine,
        }).Fit(transformed);
        Assert.AreEqual(alone.Calibration.Temperature, temperature, 1e-9);
        var line = $"{alone.Calibration}";
        Assert.IsTrue(lines.Any(found => found.Contains(line, StringComparison.Ordinal)), string.Join('\n', lines));

        using var again = context.TinyLlm().FineTune(options with { Calibrate = false }).Fit(transformed);
        Assert.IsFalse(again.Transform(data).Schema.GetLanguageModel().Metadata.ContainsKey(Key), "It was fitted for other weights.");
    }

    [TestMethod]
    public void Calibrate_RowsThatDoNotDo_AreNamed()
    {
        var (tiny, data) = (Context.TinyLlm(), Rows.Value);
        var options = new CalibrateOptions { Engine = Engine, ValidationFraction = null };
        Expect<InvalidOperationException>(
            "Calibrate has 19 rows that are held out, and a temperature needs at least 20: raise ValidationFraction, or give more rows.",
            () => tiny.Calibrate(options).Fit(Context.Data.TakeRows(data, 19)));
        var ups = Context.Data.FilterByCustomPredicate<GestureRows.Row>(data, row => row.Label != "up");
        Expect<InvalidOperationException>(
            " rows that are held out, all of the label 'up', and a temperature needs at least two",
            () => tiny.Calibrate(options with { Labels = ["down", "up"] }).Fit(ups));
        Expect<ArgumentException>(
            "in column 'Label'; expected is one of up, down.", () => tiny.Calibrate(options with { Labels = ["up", "down"] }).Fit(data));
        Expect<InvalidOperationException>(
            " rows that are held out, and a temperature needs at least 20",
            () => tiny.FineTune(
                new FineTuneOptions { Calibrate = true, ValidationFraction = 0.01, Training = GestureRows.Training }).Fit(data));
        Expect<ArgumentException>(
            "Calibrate is set, and ValidationFraction holds no rows out to fit on",
            new FineTuneOptions { Calibrate = true, ValidationFraction = 0 }.Validate);
        Expect<ArgumentException>(
            "ValidationFraction is 0; a number above 0, at most 1, is expected, or null for all rows",
            (options with { ValidationFraction = 0, LabelColumnName = "" }).Validate);
    }

    [TestMethod]
    [DataRow(0.0, "'tinyllm.classification.temperature' is 0; a positive number is expected.")]
    [DataRow(double.NaN, "'tinyllm.classification.temperature' must be a finite floating-point number but is NaN (Float64).")]
    public void Open_TemperatureThatIsNone_IsNamed(double temperature, string message)
    {
        var model = TinyModels.Create(ModelKind.Llama);
        Expect<GgufFormatException>(
            message, () => TinyGptPredictionEngine.Open(model.WithMetadata(model.Metadata.With(Key, temperature))));
    }

    private static IDataView WithModel(IDataView rows) => Context.TinyLlm().Pretrain(new PretrainOptions
    {
        Architecture = GestureRows.Architecture,
        LabelColumnName = "Label",
        Training = GestureRows.Training,
    }).Fit(rows).Transform(rows);

    private static void Expect<TException>(string message, Action action)
        where TException : Exception => StringAssert.Contains(Assert.ThrowsExactly<TException>(action).Message, message);
}
