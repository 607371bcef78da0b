using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.MLNet.Tests.Stages;

/// <summary>Prediction engines of one pipeline, as a service keeps them.</summary>
[TestClass]
public sealed class PredictionEngineTests
{
    private static readonly PredictionEngineOptions Shared = new() { OwnsTransformer = false };

    [TestMethod]
    public void Predict_PoolOfEngines_AnswersAsTheModelDoes()
    {
        using var rows = new TextRows();
        using var model = Fit(rows);
        var pool = new ConcurrentBag<PredictionEngine<TextRows.Row, Answer>>();
        var answers = new string[rows.All.Length];
        Parallel.For(0, answers.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            if (!pool.TryTake(out var engine))
                engine = rows.Context.Model.CreatePredictionEngine<TextRows.Row, Answer>(model, Shared);
            answers[i] = engine.Predict(rows.All[i]).PredictedLabel;
            pool.Add(engine);
        });
        foreach (var engine in pool)
            engine.Dispose();
        using var truth = TinyGptPredictionEngine.Open(rows.ModelPath);
        CollectionAssert.AreEqual(rows.All.Select(row => truth.Classify(row.Text, ["tap", "hold", "swipe"]).Label).ToArray(), answers);
    }

    [TestMethod]
    public void Predict_PipelineDisposedByAnotherEngine_NamesTheOption()
    {
        using var rows = new TextRows();
        using var model = Fit(rows);
        using var second = rows.Context.Model.CreatePredictionEngine<TextRows.Row, Answer>(model, Shared);
        using (var first = rows.Context.Model.CreatePredictionEngine<TextRows.Row, Answer>(model))
            first.Predict(rows.All[0]);
        var message = Assert.ThrowsExactly<ObjectDisposedException>(() => second.Predict(rows.All[0])).Message;
        StringAssert.StartsWith(
            message,
            "Classify was disposed, and with it the model's memory. A prediction engine disposes the pipeline that it was made of unless it is "
            + "made with PredictionEngineOptions { OwnsTransformer = false }; dispose the pipeline last.");
    }

    private static TransformerChain<KeyToValueMappingTransformer> Fit(TextRows rows) => rows.Tiny.LoadModel(rows.ModelPath)
        .Append(rows.Tiny.Classify(new ClassifyOptions { Labels = ["tap", "hold", "swipe"] }))
        .Append(rows.Context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(rows.Data);

    internal sealed class Answer
    {
        public string PredictedLabel { get; set; } = "";
    }
}
