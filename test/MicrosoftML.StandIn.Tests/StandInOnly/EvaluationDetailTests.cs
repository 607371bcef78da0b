using Microsoft.ML.Data;
using MicrosoftML.StandIn.Tests.Evaluation;

namespace MicrosoftML.StandIn.Tests.StandInOnly;

/// <summary>What the real evaluators do without documenting it.</summary>
[TestClass]
public sealed class EvaluationDetailTests
{
    public sealed class Unseen
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        [KeyType(2)]
        public uint PredictedLabel { get; set; }
    }

    [TestMethod]
    public void Multiclass_LabelWithoutScore_CountsAsWrongAtTheLeastProbability()
    {
        var metrics = Rows.Context.MulticlassClassification.Evaluate(Rows.Of(
            new Unseen { Label = 1, Score = [0.75f, 0.25f], PredictedLabel = 1 },
            new Unseen { Label = 3, Score = [0.75f, 0.25f], PredictedLabel = 1 }));
        Assert.AreEqual(0.5, metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual(-(Math.Log(0.75) + Math.Log(1e-15)) / 2, metrics.LogLoss, 1e-5);
        Assert.AreEqual(2, metrics.ConfusionMatrix.NumberOfClasses);
    }

    [TestMethod]
    public void Binary_PredictedLabel_IsTheSignOfTheScore()
    {
        var metrics = Rows.Context.BinaryClassification.EvaluateNonCalibrated(Rows.Of(
            new EvaluationTests.Binary { Label = true, Score = 2, PredictedLabel = false },
            new EvaluationTests.Binary { Label = false, Score = -2, PredictedLabel = true }));
        Assert.AreEqual(1, metrics.Accuracy);
    }

    [TestMethod]
    public void Regression_NoRows_IsZero()
    {
        var metrics = Rows.Context.Regression.Evaluate(Rows.Of<EvaluationTests.Regressed>());
        Assert.AreEqual(0, metrics.MeanAbsoluteError);
        Assert.AreEqual(0, metrics.RSquared);
    }
}
