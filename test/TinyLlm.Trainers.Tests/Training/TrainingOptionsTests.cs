namespace TinyLlm.Trainers.Tests.Training;

[TestClass]
public sealed class TrainingOptionsTests
{
    [TestMethod]
    public void Validate_Defaults_AreValid() => new TrainingOptions().Validate();

    [TestMethod]
    public void Validate_ManyProblems_ReportsAll()
    {
        var options = new TrainingOptions
        {
            Steps = 0,
            Epochs = 0,
            BatchSize = -1,
            SequenceLength = 0,
            GradientAccumulation = 0,
            LearningRate = double.NaN,
            MinimumLearningRate = -1,
            WarmupSteps = -1,
            Schedule = (LearningRateSchedule)7,
            Beta1 = 1,
            Beta2 = -1,
            Epsilon = 0,
            WeightDecay = -1,
            ClipNorm = 0,
            Dropout = 1,
            Precision = (TrainingPrecision)9,
            EvaluateEvery = 0,
            EarlyStoppingPatience = 0,
            CheckpointEvery = 0,
            CheckpointFolder = " ",
            Threads = 0,
        };
        var error = Assert.ThrowsExactly<ArgumentException>(options.Validate);
        Assert.AreEqual(
            """
            TrainingOptions are not valid: Steps is 0; at least 1 is expected
            Epochs is 0; at least 1 is expected
            BatchSize is -1; at least 1 is expected
            SequenceLength is 0; at least 1 is expected
            GradientAccumulation is 0; at least 1 is expected
            LearningRate is NaN; a positive number is expected
            MinimumLearningRate is -1; 0 to LearningRate is expected
            WarmupSteps is -1; 0 or more is expected
            Schedule is 7; one of Cosine, Linear, Constant is expected
            Beta1 is 1; a number from 0 to below 1 is expected
            Beta2 is -1; a number from 0 to below 1 is expected
            Epsilon is 0; a positive number is expected
            WeightDecay is -1; 0 or more is expected
            ClipNorm is 0; a positive number or null is expected
            Dropout is 1; a number from 0 to below 1 is expected
            Precision is 9; one of Single, BFloat16 is expected
            EvaluateEvery is 0; at least 1 is expected
            EarlyStoppingPatience is 0; at least 1 is expected
            CheckpointEvery is 0; at least 1 is expected
            CheckpointFolder is empty; a folder or null is expected
            Threads is 0; at least 1 is expected.
            """.ReplaceLineEndings("\n"),
            error.Message.Replace("expected; ", "expected\n", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Validate_PatienceWithoutEvaluation_SaysSo()
    {
        var options = new TrainingOptions { EarlyStoppingPatience = 3, EvaluateEvery = null };
        var error = Assert.ThrowsExactly<ArgumentException>(options.Validate);
        Assert.AreEqual("TrainingOptions are not valid: EarlyStoppingPatience is set, and EvaluateEvery is not.", error.Message);
    }
}
