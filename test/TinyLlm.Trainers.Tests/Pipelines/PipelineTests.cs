using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Pipelines;

/// <summary>The whole way: text to model, adapted, quantized, exported, saved, loaded, and run.</summary>
[TestClass]
public sealed class PipelineTests
{
    [TestMethod]
    public void Fit_WholePipeline_LearnsExportsAndSurvivesSaving()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var lines = new List<string>();
        context.Log += (_, e) =>
        {
            lock (lines)
                lines.Add(e.Message);
        };
        var data = context.Transforms.Conversion.MapValueToKey("Label")
            .Fit(GestureRows.Create(context)).Transform(GestureRows.Create(context));
        var split = context.Data.TrainTestSplit(data, testFraction: 0.3, seed: 2);
        var tiny = context.TinyLlm();
        var pipeline = tiny.Pretrain(
            new PretrainOptions { Architecture = GestureRows.Architecture, LabelColumnName = "Label", Training = GestureRows.Training })
            .Append(tiny.LoraFineTune(
                lora: new LoraOptions { Rank = 8, Alpha = 32 }, training: GestureRows.Training with { Steps = 150, LearningRate = 1e-2 }))
            .Append(tiny.Quantize(GgufFileType.Q8_0))
            .Append(tiny.ExportGguf(folder.PathOf("gesture.gguf")))
            .Append(tiny.Classify());
        using var model = pipeline.Fit(split.TrainSet);
        var scored = model.Transform(split.TestSet);
        var accuracy = context.MulticlassClassification.Evaluate(scored).MicroAccuracy;
        Assert.IsGreaterThan(0.85, accuracy, "A third of the rows is of the largest class, and counting is right on 97 of 100.");

        // The exported file says what the pipeline says.
        using (var engine = TinyGptPredictionEngine.Open(folder.PathOf("gesture.gguf")))
        {
            var texts = scored.GetColumn<string>("Text").ToArray();
            var labels = model.LastTransformer.Labels;
            var expected = engine.Classify(texts, labels).Select(result => (uint)result.Index + 1).ToArray();
            var same = expected.Zip(scored.GetColumn<uint>("PredictedLabel")).Count(pair => pair.First == pair.Second);
            Assert.IsGreaterThan(0.98, (double)same / texts.Length);
            Assert.AreEqual(GgufTensorType.Q8_0, LanguageModel.Load(folder.PathOf("gesture.gguf"))["blk.0.ffn_up.weight"].Type);
        }

        Assert.IsTrue(lines.Any(line => line.Contains("step 60 of 60: loss", StringComparison.Ordinal)), string.Join('\n', lines));
        Assert.IsTrue(lines.Any(line => line.Contains("rows to learn from", StringComparison.Ordinal)));

        var before = scored.GetColumn<float[]>("Score").ToArray();
        context.Model.Save(model, data.Schema, folder.PathOf("pipeline.zip"));
        var loaded = new MLContext().Model.Load(folder.PathOf("pipeline.zip"), out _);
        using (loaded as IDisposable)
        {
            var after = loaded.Transform(split.TestSet).GetColumn<float[]>("Score").ToArray();
            Assert.HasCount(before.Length, after);
            for (var row = 0; row < before.Length; row++)
                CollectionAssert.AreEqual(before[row], after[row]);
            var stages = ((IEnumerable<ITransformer>)loaded)
                .SelectMany(stage => stage is IEnumerable<ITransformer> chain ? chain : [stage]).ToArray();
            Assert.HasCount(60, stages.OfType<TrainedModelTransformer>().First().History.Points);
            Assert.AreEqual(
                GgufTensorType.Q8_0,
                stages.OfType<QuantizedModelTransformer>().Single().Report.Tensors.Single(t => t.Name == "blk.0.ffn_up.weight").Given);
        }
    }

    [TestMethod]
    public void Fit_PromptTemplate_IsTheSameInTrainingPipelineAndFile()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var data = GestureRows.Create(context, 200);
        var template = new PromptTemplate { Text = "Symbols: {input}\n={response}", End = "." };
        var tiny = context.TinyLlm();
        using var model = tiny.Pretrain(new PretrainOptions
        {
            Architecture = GestureRows.Architecture,
            LabelColumnName = "Label",
            PromptTemplate = template,
            Training = GestureRows.Training,
        })
            .Append(tiny.LoraFineTune(training: GestureRows.Training with { Steps = 100, LearningRate = 1e-2 }))
            .Append(tiny.ExportGguf(folder.PathOf("model.gguf")))
            .Append(tiny.Generate("Answer", "Text", new GenerationOptions { MaximumTokens = 8 }))
            .Fit(data);
        var scored = model.Transform(data);
        var (texts, answers) = (scored.GetColumn<string>("Text").ToArray(), scored.GetColumn<string>("Answer").ToArray());
        Assert.IsGreaterThan(
            0.8,
            answers.Zip(scored.GetColumn<string>("Label")).Count(pair => pair.First == pair.Second) / 200.0,
            "The answer is the label, without the end.");

        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"));
        Assert.AreEqual(template, engine.PromptTemplate);
        var whole = template.Format(texts[0]);
        Assert.AreEqual($"Symbols: {texts[0]}\n=", whole);
        Assert.AreEqual(
            answers[0],
            engine.PromptTemplate!.ReadResponse(engine.Generate(whole, new GenerationOptions { MaximumTokens = 8, StopTexts = ["."] })));
        string[] labels = ["up", "down", "still"];
        var keys = tiny.Classify(new ClassifyOptions { Labels = [.. labels] })
            .Fit(scored).Transform(scored).GetColumn<uint>("PredictedLabel").ToArray();
        Assert.AreEqual((uint)engine.Classify(whole, labels).Index + 1, keys[0]);
    }

    [TestMethod]
    public void Fit_Twice_GivesTheSameModel()
    {
        var context = new MLContext(seed: 1);
        var data = GestureRows.Create(context, 120);
        var training = GestureRows.Training with { Steps = 5 };
        var estimator = context.TinyLlm().Pretrain(GestureRows.Architecture, training: training);
        using var first = estimator.Fit(data);
        using var second = context.TinyLlm().Pretrain(GestureRows.Architecture, training: training with { Threads = 3 }).Fit(data);
        foreach (var (a, b) in first.Model.Tensors.Zip(second.Model.Tensors))
            Assert.IsTrue(a.Data.Span.SequenceEqual(b.Data.Span), a.Name);
        Assert.AreEqual(first.Model.Vocabulary, second.Model.Vocabulary);
    }

    [TestMethod]
    public void Fit_CancelledAndResumed_IsTheUninterruptedRun()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var data = GestureRows.Create(context, 120);
        var training = GestureRows.Training with { Steps = 12 };
        using var whole = context.TinyLlm().Pretrain(GestureRows.Architecture, training: training).Fit(data);

        using var cancellation = new CancellationTokenSource();
        var interrupted = training with
        {
            CheckpointFolder = folder.PathOf("run"),
            CancellationToken = cancellation.Token,
            Progress = new Direct(progress =>
            {
                if (progress.Step == 5)
                    cancellation.Cancel();
            }),
        };
        var error = Assert.ThrowsExactly<OperationCanceledException>(
            () => context.TinyLlm().Pretrain(GestureRows.Architecture, training: interrupted).Fit(data));
        StringAssert.Contains(error.Message, "after step 5 of 12");
        using var resumed = context.TinyLlm()
            .Pretrain(GestureRows.Architecture, training: training with { CheckpointFolder = folder.PathOf("run") }).Fit(data);
        foreach (var (a, b) in whole.Model.Tensors.Zip(resumed.Model.Tensors))
            Assert.IsTrue(a.Data.Span.SequenceEqual(b.Data.Span), a.Name);
        Assert.HasCount(12, resumed.History.Points);
    }

    private sealed class Direct(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
