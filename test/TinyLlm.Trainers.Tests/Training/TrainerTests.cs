using TinyLlm.Trainers.Training;

namespace TinyLlm.Trainers.Tests.Training;

[TestClass]
public sealed class TrainerTests
{
    [TestMethod]
    public void Run_ToTheEnd_ReachesTheEntropyOfTheData()
    {
        using var run = new TrainingRun(TrainingRun.Options with { Steps = 400, Dropout = 0, WeightDecay = 0 }, validates: true);
        var history = run.Run();
        Assert.HasCount(400, history.Points);
        Assert.IsFalse(history.StoppedEarly);
        Assert.AreEqual(2.4, history.Points[0].Loss, 0.3); // ln 11

        // Each token is followed by one with the probability ¾ + ¼·1/11 and by ten others with ¼·1/11: 1.06 nats.
        var (likely, other) = (0.75 + (0.25 / 11), 0.25 / 11);
        var entropy = -(likely * Math.Log(likely)) - (10 * other * Math.Log(other));
        Assert.AreEqual(entropy, history.Points[^1].ValidationLoss!.Value, 0.12); // 300 tokens: one standard error is 0.07
        Assert.AreEqual(Math.Exp(history.Points[^1].ValidationLoss!.Value), history.Points[^1].ValidationPerplexity);
    }

    [TestMethod]
    public void Run_OneStep_IsPlainAdamWOnTheMeanGradient()
    {
        using var run = new TrainingRun(TrainingRun.Options with { Steps = 1, Dropout = 0, ClipNorm = null, WarmupSteps = 0 });
        var before = run.Network.Weights;
        run.Run();
        var after = run.Network.Weights;

        // The first step of Adam moves each weight by the minimum learning rate (it is also the last step) against the gradient's sign.
        for (var i = 0; i < before.Length; i++)
        {
            var decay = i < 121 ? 0.01 * 0.1 * before[i] : 0;
            Assert.AreEqual(0.01, Math.Abs(after[i] - before[i] + decay), 1e-5, $"weight {i}");
        }
    }

    [TestMethod]
    public void Run_ClipNorm_LimitsTheStepButReportsTheWholeNorm()
    {
        using var free = new TrainingRun(TrainingRun.Options with { Steps = 1, ClipNorm = null, Epsilon = 1 });
        using var tight = new TrainingRun(TrainingRun.Options with { Steps = 1, ClipNorm = 1e-3, Epsilon = 1 });
        var (before, norm) = (free.Network.Weights, free.Run().Points[0].GradientNorm);
        Assert.AreEqual(norm, tight.Run().Points[0].GradientNorm);
        Assert.IsGreaterThan(0.1, norm);

        // With ε = 1 the step is close to the gradient times the rate, so it shrinks as the norm does; the bias has no decay.
        var (move, small) = (free.Network.Weights[121] - before[121], tight.Network.Weights[121] - before[121]);
        Assert.AreEqual(1e-3 / norm, small / move, 0.15 * (1e-3 / norm));
    }

    [TestMethod]
    public void Run_Accumulation_EqualsOneLargeBatch()
    {
        using var small = new TrainingRun(TrainingRun.Options with { Dropout = 0, BatchSize = 2, GradientAccumulation = 4 });
        using var large = new TrainingRun(TrainingRun.Options with { Dropout = 0, BatchSize = 8, GradientAccumulation = 1 });
        small.Run();
        large.Run();

        // The same positions in the same order: this network adds them up one by one.
        CollectionAssert.AreEqual(large.Network.Weights, small.Network.Weights);
    }

    [TestMethod]
    public void Run_EachBatch_HasADropoutSeedOfItsOwn()
    {
        using var run = new TrainingRun(TrainingRun.Options);
        using var other = new TrainingRun(TrainingRun.Options with { Seed = 6 });
        run.Run();
        other.Run();
        Assert.HasCount(240, run.Network.Seeds.Concat(other.Network.Seeds).ToHashSet());
    }

    [TestMethod]
    public void Run_AnyNumberOfThreads_GivesTheSameBits()
    {
        using var one = new TrainingRun(TrainingRun.Options);
        using var four = new TrainingRun(TrainingRun.Options, threads: 4);
        CollectionAssert.AreEqual(one.Run().Points, four.Run().Points);
        CollectionAssert.AreEqual(one.Network.Weights, four.Network.Weights);
    }

    [TestMethod]
    public void Run_Epochs_TakesAsManyStepsAsTheirRows()
    {
        using var run = new TrainingRun(TrainingRun.Options with { Steps = null, Epochs = 2 });
        var rows = run.Source.CountRows(2);
        Assert.HasCount((int)((rows + 7) / 8), run.Run().Points);
    }

    [TestMethod]
    public void Run_EvaluateEvery_MeasuresThenAndAtTheEnd()
    {
        using var run = new TrainingRun(TrainingRun.Options with { Steps = 17 }, validates: true);
        CollectionAssert.AreEqual(
            new[] { 7, 14, 17 }, run.Run().Points.Where(point => point.ValidationLoss is not null).Select(point => point.Step).ToArray());
    }

    [TestMethod]
    public void Run_ValidationStopsFalling_StopsAndGivesTheBestWeightsBack()
    {
        // A rate that overshoots: the loss falls at first and rises later.
        var options = TrainingRun.Overshooting with { EarlyStoppingPatience = null };
        using var run = new TrainingRun(options with { EarlyStoppingPatience = 5 }, validates: true);
        var history = run.Run();
        Assert.IsTrue(history.StoppedEarly);
        var best = history.Best!.Value;
        Assert.AreEqual(best.Step + 5, history.Points[^1].Step);

        // The weights after exactly that step, from a run that ends there: a constant rate does not hang on the number of steps.
        using var shorter = new TrainingRun(options with { Steps = best.Step }, validates: true);
        shorter.Run();
        CollectionAssert.AreEqual(shorter.Network.Weights, run.Network.Weights);
    }

    [TestMethod]
    public void Run_PatienceWithoutValidation_Throws()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new TrainingRun(TrainingRun.Options with { EarlyStoppingPatience = 3 }));
        StringAssert.StartsWith(error.Message, "EarlyStoppingPatience is set without validation data.");
    }

    [TestMethod]
    public void Run_Progress_TellsEveryStep()
    {
        var reports = new Reports();
        using var run = new TrainingRun(TrainingRun.Options with { Progress = reports }, time: new StepTime());
        var history = run.Run();
        CollectionAssert.AreEqual(history.Points, reports.All.Select(report => report.Point).ToArray());
        Assert.IsTrue(reports.All.All(report => report.Steps == 60));
        Assert.IsTrue(reports.All.All(report => report.Tokens == report.Step * 128L));

        // The clock advances a second each time it is read: at a step's two ends, and before that and after that once.
        Assert.AreEqual(128.0, reports.All[0].TokensPerSecond);
        Assert.AreEqual(128.0, reports.All[59].TokensPerSecond);
        Assert.AreEqual(TimeSpan.Zero, reports.All[59].TimeLeft);
        Assert.AreEqual(TimeSpan.FromSeconds(3 * 59), reports.All[0].TimeLeft);
    }

    [TestMethod]
    public void Run_InfiniteGradient_NamesStepTensorAndRateAndKeepsTheCheckpoint()
    {
        using var folder = new TemporaryFolder();
        var options = TrainingRun.Options with { CheckpointFolder = folder.Root, Dropout = 0 };
        using var run = new TrainingRun(options);
        run.Network.BreaksAt = 2 * 25; // two passes per step
        var error = Assert.ThrowsExactly<NotFiniteNumberException>(run.Run);
        StringAssert.StartsWith(error.Message, "Training ran away in step 25: the loss is ");
        StringAssert.Contains(error.Message, "at the learning rate 0.075");
        StringAssert.Contains(error.Message, "'table.bias' is the first tensor that is not finite.");
        StringAssert.Contains(error.Message, $"The checkpoint of step 20 is whole: '{folder.PathOf("checkpoint.gguf")}'.");
        StringAssert.EndsWith(error.Message, "Lower LearningRate or raise WarmupSteps.");
        Assert.IsTrue(run.Network.Weights.All(float.IsFinite));
        using var checkpoint = CheckpointFile.Open(folder.PathOf("checkpoint.gguf"));
        Assert.AreEqual(20, checkpoint.Content.Step);
    }

    [TestMethod]
    public unsafe void Run_NotANumberInTheWeights_NamesTheTensor()
    {
        using var run = new TrainingRun(TrainingRun.Options);
        run.Network.BeforePass = pass => run.Network.Table.Weights[5] = pass == 7 ? float.NaN : run.Network.Table.Weights[5];
        var error = Assert.ThrowsExactly<NotFiniteNumberException>(run.Run);
        StringAssert.StartsWith(error.Message, "Training ran away in step 4: the loss is NaN at the learning rate 0.06");
        StringAssert.Contains(error.Message, "'table.weight' is the first tensor that is not finite. Lower");
    }

    [TestMethod]
    public void Run_Steps_AllocateTheirReportOnly()
    {
        var allocated = new Allocations();
        var options = TrainingRun.Options with { Steps = 300, EvaluateEvery = 1, Progress = allocated };
        using var run = new TrainingRun(options, validates: true);
        run.Run();

        // From one report to the next lies a whole step with validation.
        // The first steps load code, and the runtime may better it in any later one.
        var bytes = allocated.Totals.Zip(allocated.Totals.Skip(1), (before, after) => after - before).Skip(5).Order().ToArray();
        Assert.IsGreaterThan(0, bytes[0]);
        Assert.IsLessThan(200, bytes[bytes.Length * 9 / 10]);
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }

    private sealed class Allocations : IProgress<TrainingProgress>
    {
        public List<long> Totals { get; } = new(1000);

        public void Report(TrainingProgress value) => Totals.Add(GC.GetAllocatedBytesForCurrentThread());
    }

    private sealed class StepTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
