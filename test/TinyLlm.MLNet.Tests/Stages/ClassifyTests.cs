using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.MLNet.Tests.Stages;

/// <summary>What ML.NET's multiclass evaluator makes of <c>Classify</c>; the truth comes from the engine, label by label.</summary>
[TestClass]
public sealed class ClassifyTests
{
    private static readonly string[] Labels = ["tap", "hold", "swipe"];

    [TestMethod]
    [DataRow("tap,hold,swipe", "tap,hold,swipe")]
    [DataRow("tap,hold,swipe", "swipe,tap,hold")]
    [DataRow("swipe,hold,tap", "hold,tap,swipe")]
    [DataRow("hold,swipe,tap", "")]
    public void Evaluate_AnyOrderOfKeysAndLabels_IsTheTruth(string keys, string labels)
    {
        using var rows = new TextRows();
        var options = new ClassifyOptions { Labels = [.. labels.Split(',', StringSplitOptions.RemoveEmptyEntries)] };
        var scored = rows.Run(rows.Key(keys.Split(',')).Append(rows.Tiny.LoadModel(rows.ModelPath)).Append(rows.Tiny.Classify(options)));
        Assert.AreEqual(Accuracy(rows), rows.Context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 1e-9);
        AssertPredictionsAreTheEngines(rows, scored);
    }

    [TestMethod]
    public void Transform_RowsWithKeysInAnotherOrder_IsTheTruthThereToo()
    {
        using var rows = new TextRows();
        using var model = rows.Key("tap", "hold", "swipe")
            .Append(rows.Tiny.LoadModel(rows.ModelPath)).Append(rows.Tiny.Classify()).Fit(rows.Data);
        var classify = model.LastTransformer;
        var others = rows.Run(rows.Key("swipe", "hold", "tap").Append(rows.Tiny.LoadModel(rows.ModelPath)));
        var scored = classify.Transform(others);
        Assert.AreEqual(Accuracy(rows), rows.Context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 1e-9);
        AssertPredictionsAreTheEngines(rows, scored);

        // A test set may lack a class: its key then has fewer values than there are labels.
        var few = rows.Context.Data.LoadFromEnumerable(rows.All.Where(row => row.Label != "tap"));
        var keyed = rows.Context.Transforms.Conversion.MapValueToKey("Label").Append(rows.Tiny.LoadModel(rows.ModelPath)).Fit(few)
            .Transform(few);
        Assert.AreEqual(
            Accuracy(rows, row => row.Label != "tap"),
            rows.Context.MulticlassClassification.Evaluate(classify.Transform(keyed)).MicroAccuracy, 1e-9);
    }

    [TestMethod]
    public void Fit_KeyWithOtherValues_Refuses()
    {
        using var rows = new TextRows();
        var data = rows.Run(rows.Key("tap", "hold", "swipe").Append(rows.Tiny.LoadModel(rows.ModelPath)));
        var message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => rows.Tiny.Classify(new ClassifyOptions { Labels = ["tap", "hold"] }).Fit(data)).Message;
        StringAssert.StartsWith(
            message,
            "Classify gives its scores in the order of the key column 'Label', as ML.NET's evaluators read them; it has values that are not "
            + "among the labels: swipe. The labels are tap, hold. Give ClassifyOptions.Labels all its values, or set LabelColumnName to the "
            + "column that holds these labels, or to null.");

        using var unaligned = rows.Tiny.Classify(new ClassifyOptions { Labels = ["tap", "hold"], LabelColumnName = null }).Fit(data);
        CollectionAssert.AreEqual(new[] { "tap", "hold" }, unaligned.Labels.ToArray());

        var numbers = rows.Context.Data.LoadFromEnumerable(rows.All.Select(row => new Numbered { Text = row.Text, Label = 1 }));
        var keys = rows.Tiny.LoadModel(rows.ModelPath).Fit(numbers).Transform(numbers);
        using var counted = rows.Tiny.Classify(new ClassifyOptions { Labels = [.. Labels] }).Fit(keys);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => rows.Tiny.Classify(new ClassifyOptions { Labels = ["tap", "hold"] }).Fit(keys)).Message,
            "it has 3 keys without values, and there are 2 labels: tap, hold.");
    }

    [TestMethod]
    public void Evaluate_AbstainedRows_AreNoPredictions()
    {
        using var rows = new TextRows();
        using var engine = TinyGptPredictionEngine.Open(rows.ModelPath);
        var truth = engine.Classify([.. rows.All.Select(row => row.Text)], Labels);
        var limit = truth.Select(result => result.Probabilities[result.Index]).Order().ElementAt(30);
        var sure = rows.All.Zip(truth).Where(pair => pair.Second.Probabilities[pair.Second.Index] >= limit + 1e-3).ToArray();
        Assert.IsTrue(sure.Length is > 5 and < 55, $"{sure.Length} of 60 rows are sure; some of both are needed.");

        var scored = rows.Run(rows.Key(Labels).Append(rows.Tiny.LoadModel(rows.ModelPath))
            .Append(rows.Tiny.Classify(new ClassifyOptions { AbstainBelow = limit + 1e-3 })));
        var metrics = rows.Context.MulticlassClassification.Evaluate(scored);
        Assert.AreEqual(sure.Length, metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()), 1e-9);
        Assert.AreEqual(sure.Average(pair => pair.First.Label == Labels[pair.Second.Index] ? 1.0 : 0), metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual(60 - sure.Length, scored.GetColumn<uint>("PredictedLabel").Count(key => key == 0));
    }

    [TestMethod]
    public void Schema_Columns_SayWhatMLNetsOwnTrainerSays()
    {
        using var rows = new TextRows();
        var pipeline = rows.Key(Labels).Append(rows.Tiny.LoadModel(rows.ModelPath)).Append(rows.Tiny.Embed("Features", "Text"))
            .Append(rows.Context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 1));
        var theirs = rows.Run(pipeline).Schema;
        var ours = rows.Run(pipeline.Append(rows.Tiny.Classify())).Schema;
        foreach (var name in new[] { "PredictedLabel", "Score" })
        {
            CollectionAssert.AreEquivalent(Annotations(theirs[name], set: 1), Annotations(ours[name], set: 2));
            Assert.AreEqual(theirs[name].Type, ours[name].Type);
        }

        static string[] Annotations(DataViewSchema.Column column, uint set) => [.. column.Annotations.Schema.Select(annotation =>
        {
            if (annotation.Type is TextDataViewType)
            {
                ReadOnlyMemory<char> text = default;
                column.Annotations.GetValue(annotation.Name, ref text);
                return $"{annotation.Name} {text}";
            }

            if (annotation.Type is VectorDataViewType)
            {
                VBuffer<ReadOnlyMemory<char>> texts = default;
                column.Annotations.GetValue(annotation.Name, ref texts);
                return $"{annotation.Name} {string.Join(',', texts.DenseValues())}";
            }

            uint number = 0;
            column.Annotations.GetValue(annotation.Name, ref number);
            Assert.AreEqual(set, number);
            return $"{annotation.Name} {annotation.Type}";
        })];
    }

    private static double Accuracy(TextRows rows, Func<TextRows.Row, bool>? which = null)
    {
        using var engine = TinyGptPredictionEngine.Open(rows.ModelPath);
        return rows.All.Where(which ?? (_ => true)).Average(row => engine.Classify(row.Text, Labels).Label == row.Label ? 1.0 : 0);
    }

    private static void AssertPredictionsAreTheEngines(TextRows rows, IDataView scored)
    {
        using var engine = TinyGptPredictionEngine.Open(rows.ModelPath);
        var texts = rows.Context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored).Transform(scored);
        CollectionAssert.AreEqual(
            rows.All.Select(row => engine.Classify(row.Text, Labels).Label).ToArray(), texts.GetColumn<string>("PredictedLabel").ToArray());
    }

    internal sealed class Numbered
    {
        public string Text { get; set; } = "";

        [KeyType(3)]
        public uint Label { get; set; }
    }
}
