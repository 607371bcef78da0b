using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests.Evaluation;

[TestClass]
public sealed class EvaluationTests
{
    public sealed class Scored
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }

    public sealed class Regressed
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }

    public sealed class Binary
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public bool PredictedLabel { get; set; }
    }

    // Truth 1 1 2 3, predicted 1 2 2 3.
    private static readonly Scored[] Multiclass =
    [
        new() { Label = 1, Score = [0.7f, 0.2f, 0.1f], PredictedLabel = 1 },
        new() { Label = 1, Score = [0.3f, 0.6f, 0.1f], PredictedLabel = 2 },
        new() { Label = 2, Score = [0.1f, 0.8f, 0.1f], PredictedLabel = 2 },
        new() { Label = 3, Score = [0.2f, 0.3f, 0.5f], PredictedLabel = 3 },
    ];

    [TestMethod]
    public void Multiclass_HandExample_AllMetrics()
    {
        var metrics = Rows.Context.MulticlassClassification.Evaluate(Rows.Of(Multiclass), topKPredictionCount: 2);
        Assert.AreEqual(0.75, metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual((0.5 + 1 + 1) / 3, metrics.MacroAccuracy, 1e-9);
        var logLoss = -(Math.Log(0.7) + Math.Log(0.3) + Math.Log(0.8) + Math.Log(0.5)) / 4;
        Assert.AreEqual(logLoss, metrics.LogLoss, 1e-6);
        var prior = -((0.5 * Math.Log(0.5)) + (2 * 0.25 * Math.Log(0.25)));
        Assert.AreEqual((prior - logLoss) / prior, metrics.LogLossReduction, 1e-6);
        Assert.AreEqual(-(Math.Log(0.7) + Math.Log(0.3)) / 2, metrics.PerClassLogLoss[0], 1e-6);
        Assert.AreEqual(1, metrics.TopKAccuracy, 1e-9);
        Assert.AreEqual(2, metrics.TopKPredictionCount);
        Assert.HasCount(2, metrics.TopKAccuracyForAllK);
        Assert.AreEqual(0.75, metrics.TopKAccuracyForAllK[0], 1e-9);
        var matrix = metrics.ConfusionMatrix;
        Assert.AreEqual(3, matrix.NumberOfClasses);
        Assert.AreEqual(1, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 1, actualClassIndicatorIndex: 0));
        Assert.AreEqual(0, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 1));
        Assert.AreEqual(0.5, matrix.PerClassRecall[0], 1e-9);
        Assert.AreEqual(0.5, matrix.PerClassPrecision[1], 1e-9);
        StringAssert.Contains(matrix.GetFormattedConfusionTable(), "PREDICTED");
    }

    [TestMethod]
    public void Multiclass_MissingLabelOrInfiniteScore_DoesNotCount()
    {
        var metrics = Rows.Context.MulticlassClassification.Evaluate(Rows.Of(
        [
            .. Multiclass,
            new() { Label = 0, Score = [0.7f, 0.2f, 0.1f], PredictedLabel = 1 },
            new() { Label = 1, Score = [float.NaN, 0.2f, 0.1f], PredictedLabel = 1 },
            new() { Label = 1, Score = [float.PositiveInfinity, 0.2f, 0.1f], PredictedLabel = 1 },
        ]));
        Assert.AreEqual(4, metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()));
        Assert.AreEqual(0.75, metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual(0, metrics.TopKAccuracy, "No k was asked for.");
    }

    [TestMethod]
    public void Multiclass_ClassThatDoesNotOccur_HasNoLogLoss()
    {
        var metrics = Rows.Context.MulticlassClassification.Evaluate(Rows.Of(Multiclass[..3]));
        Assert.AreEqual(0, metrics.PerClassLogLoss[2]);
        Assert.AreEqual(0.75, metrics.MacroAccuracy, 1e-9);
    }

    [TestMethod]
    public void ConfusionMatrix_ClassOutOfRange_Throws()
    {
        var matrix = Rows.Context.MulticlassClassification.Evaluate(Rows.Of(Multiclass)).ConfusionMatrix;
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => matrix.GetCountForClassPair(3, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => matrix.GetCountForClassPair(0, -1));
    }

    [TestMethod]
    public void Multiclass_RandomScores_EqualNaiveOracle()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 400).Select(_ =>
        {
            var raw = Enumerable.Range(0, 3).Select(_ => random.NextDouble()).ToArray();
            var scores = raw.Select(value => (float)(value / raw.Sum())).ToArray();
            return new Scored
            {
                Label = (uint)random.Next(1, 4),
                Score = scores,
                PredictedLabel = (uint)(Array.IndexOf(scores, scores.Max()) + 1),
            };
        }).ToArray();
        var metrics = Rows.Context.MulticlassClassification.Evaluate(Rows.Of(rows));
        Assert.AreEqual(rows.Average(row => row.Label == row.PredictedLabel ? 1.0 : 0), metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual(rows.Average(row => -Math.Log(row.Score[row.Label - 1])), metrics.LogLoss, 1e-5);
        Assert.AreEqual(
            rows.GroupBy(row => row.Label).Average(group => group.Average(row => row.Label == row.PredictedLabel ? 1.0 : 0)),
            metrics.MacroAccuracy,
            1e-9);
    }

    [TestMethod]
    public void Regression_HandExample_AllMetrics()
    {
        var metrics = Rows.Context.Regression.Evaluate(Rows.Of(
            new Regressed { Label = 1, Score = 2 }, new Regressed { Label = 3, Score = 3 }, new Regressed { Label = 8, Score = 6 }));
        Assert.AreEqual(1, metrics.MeanAbsoluteError, 1e-9);
        Assert.AreEqual(5 / 3.0, metrics.MeanSquaredError, 1e-9);
        Assert.AreEqual(Math.Sqrt(5 / 3.0), metrics.RootMeanSquaredError, 1e-9);
        Assert.AreEqual(5 / 3.0, metrics.LossFunction, 1e-9);
        Assert.AreEqual(1 - (5 / 26.0), metrics.RSquared, 1e-9);
    }

    [TestMethod]
    public void Binary_HandExample_AllMetrics()
    {
        var metrics = Rows.Context.BinaryClassification.EvaluateNonCalibrated(Rows.Of(
            Row(true, 3), Row(true, 1), Row(true, -1), Row(false, 2), Row(false, -2), Row(false, -3)));
        Assert.AreEqual(4 / 6.0, metrics.Accuracy, 1e-9);
        Assert.AreEqual(2 / 3.0, metrics.PositivePrecision, 1e-9);
        Assert.AreEqual(2 / 3.0, metrics.PositiveRecall, 1e-9);
        Assert.AreEqual(2 / 3.0, metrics.NegativeRecall, 1e-9);
        Assert.AreEqual(2 / 3.0, metrics.F1Score, 1e-9);
        Assert.AreEqual(7 / 9.0, metrics.AreaUnderRocCurve, 1e-9, "Of 9 pairs, 7 are in order.");
        // Trapezoids of the precisions before and at each positive row: 1 and 1, 1/2 and 2/3, 2/3 and 3/4.
        Assert.AreEqual((1 + (7 / 12.0) + (17 / 24.0)) / 3, metrics.AreaUnderPrecisionRecallCurve, 1e-9);
    }

    [TestMethod]
    public void Binary_TiedAndInfiniteScores_TiesCountHalfAndInfinitiesNot()
    {
        var metrics = Rows.Context.BinaryClassification.EvaluateNonCalibrated(Rows.Of(
            Row(true, 1), Row(false, 1), Row(false, 0), Row(true, float.PositiveInfinity), Row(false, float.NaN)));
        Assert.AreEqual(0.75, metrics.AreaUnderRocCurve, 1e-9);
        Assert.AreEqual(2 / 3.0, metrics.Accuracy, 1e-9);
    }

    [TestMethod]
    public void Binary_OneClassOnly_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Rows.Context.BinaryClassification.EvaluateNonCalibrated(Rows.Of(Row(true, 1))));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rows.Context.BinaryClassification.EvaluateNonCalibrated(Rows.Of(Row(false, 1))));
    }

    [TestMethod]
    public void Evaluate_MissingOrWrongColumn_Throws()
    {
        var data = Rows.Of(Multiclass);
        Assert.Throws<ArgumentException>(() => Rows.Context.MulticlassClassification.Evaluate(data, labelColumnName: "Nothing"));
        Assert.Throws<ArgumentException>(() => Rows.Context.Regression.Evaluate(data));
    }

    private static Binary Row(bool label, float score) => new() { Label = label, Score = score, PredictedLabel = score > 0 };
}
