using TinyLlm.Trainers.Training;

namespace TinyLlm.Trainers.Tests.Training;

[TestClass]
public sealed class LearningRateCurveTests
{
    private static readonly TrainingOptions Options = new() { LearningRate = 1, MinimumLearningRate = 0.2, WarmupSteps = 4 };

    // By hand: a rise in quarters, then 0.2 + 0.8·(1 + cos(π·k/4))/2, or 0.2 + 0.8·(1 − k/4), for k = 1 to 4.
    [TestMethod]
    [DataRow(LearningRateSchedule.Cosine, 0.8828427124746190, 0.6, 0.3171572875253810, 0.2)]
    [DataRow(LearningRateSchedule.Linear, 0.8, 0.6, 0.4, 0.2)]
    [DataRow(LearningRateSchedule.Constant, 1, 1, 1, 1)]
    public void Indexer_EachStep_IsTheValueByHand(LearningRateSchedule schedule, double fifth, double sixth, double seventh, double eighth)
    {
        var curve = new LearningRateCurve(Options with { Schedule = schedule }, 8);
        double[] expected = [0.25, 0.5, 0.75, 1, fifth, sixth, seventh, eighth];
        for (var step = 1; step <= 8; step++)
            Assert.AreEqual(expected[step - 1], curve[step], 1e-15, $"step {step}");
    }

    [TestMethod]
    public void Constructor_Defaults_WarmUpATenthAndFallToATenth()
    {
        var curve = new LearningRateCurve(new TrainingOptions(), 500);
        Assert.AreEqual(50, curve.WarmupSteps);
        Assert.AreEqual(6e-5, curve[500], 1e-18);
        Assert.AreEqual(100, new LearningRateCurve(new TrainingOptions(), 50_000).WarmupSteps);
    }

    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(3, 10)]
    public void Indexer_FewSteps_IsFiniteAndPositive(int steps, int warmup)
    {
        var curve = new LearningRateCurve(Options with { WarmupSteps = warmup }, steps);
        for (var step = 1; step <= steps; step++)
            Assert.IsTrue(curve[step] is > 0 and <= 1, $"{curve[step]}");
    }
}
