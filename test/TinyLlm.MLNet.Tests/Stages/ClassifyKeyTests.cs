using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.MLNet.Tests.Stages;

/// <summary>Keys of other types than text, and key columns that <c>Classify</c> is not told of.</summary>
[TestClass]
public sealed class ClassifyKeyTests
{
    private static readonly string[] Labels = ["1", "2", "3"];

    [TestMethod]
    public void Evaluate_KeysOfNumbers_AreTheTruth()
    {
        using var rows = new TextRows();
        using var engine = TinyGptPredictionEngine.Open(rows.ModelPath);
        // The engine's own answers are the labels, but for every fifth row.
        var data = rows.Context.Data.LoadFromEnumerable(rows.All.Select((row, i) =>
        {
            var answer = byte.Parse(engine.Classify(row.Text, Labels).Label!);
            return new Numbered { Text = row.Text, Label = (byte)(i % 5 == 0 ? (answer % 3) + 1 : answer) };
        }).OrderByDescending(row => row.Label));
        var scored = rows.Context.Transforms.Conversion.MapValueToKey("Label").Append(rows.Tiny.LoadModel(rows.ModelPath))
            .Append(rows.Tiny.Classify(new ClassifyOptions { Labels = [.. Labels] })).Fit(data).Transform(data);
        Assert.AreEqual(48 / 60.0, rows.Context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 1e-9);
    }

    [TestMethod]
    public void Fit_KeyColumnOfAnotherName_IsNamed()
    {
        using var rows = new TextRows();
        var data = rows.Context.Transforms.Conversion.MapValueToKey("Gesture", "Label").Append(rows.Context.Transforms.DropColumns("Label"))
            .Append(rows.Tiny.LoadModel(rows.ModelPath)).Fit(rows.Data).Transform(rows.Data);
        var options = new ClassifyOptions { Labels = ["swipe", "hold", "tap"] };
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => rows.Tiny.Classify(options).Fit(data)).Message,
            "Classify finds no column 'Label', and the key column 'Gesture' has these labels in another order: an evaluation by it would "
            + "compare other classes. Set ClassifyOptions.LabelColumnName to 'Gesture', or to null where it is not the truth of these rows.");
        using var aligned = rows.Tiny.Classify(options with { LabelColumnName = "Gesture" }).Fit(data);
        CollectionAssert.AreEqual(new[] { "tap", "hold", "swipe" }, aligned.Labels.ToArray());
        using var unaligned = rows.Tiny.Classify(options with { LabelColumnName = null }).Fit(data);
        CollectionAssert.AreEqual(new[] { "swipe", "hold", "tap" }, unaligned.Labels.ToArray());
    }

    [TestMethod]
    public void Fit_NoKeyColumn_SaysTheOrderInTheLog()
    {
        using var rows = new TextRows();
        var data = rows.Run(rows.Tiny.LoadModel(rows.ModelPath));
        using var model = rows.Tiny.Classify(new ClassifyOptions { Labels = ["swipe", "tap"] }).Fit(data);
        Assert.Contains(
            "'Label' is no key column, so the scores come in the order of the labels: swipe, tap. MulticlassClassification.Evaluate reads them "
            + "in the order of a key: MapValueToKey comes before Classify, not behind it.",
            rows.Messages);
    }

    internal sealed class Numbered
    {
        public string Text { get; set; } = "";

        public byte Label { get; set; }
    }
}
