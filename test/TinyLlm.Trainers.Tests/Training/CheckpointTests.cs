using TinyLlm.Gguf;
using TinyLlm.Trainers.Training;

namespace TinyLlm.Trainers.Tests.Training;

[TestClass]
public sealed class CheckpointTests
{
    private readonly TemporaryFolder _folder = new();

    private string Current => _folder.PathOf("checkpoint.gguf");

    private string Previous => _folder.PathOf("checkpoint.previous.gguf");

    private TrainingOptions Options => TrainingRun.Options with { CheckpointFolder = _folder.Root };

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(10)]
    [DataRow(33)]
    [DataRow(59)]
    [DataRow(60)]
    public void Resume_AfterCancellation_GivesTheBitsOfAnUninterruptedRun(int cancelAfter)
    {
        using var whole = new TrainingRun(TrainingRun.Options, validates: true);
        var expected = whole.Run();
        Cancel(cancelAfter);

        // Another seed for the weights, and more threads: what counts is in the checkpoint.
        using var resumed = new TrainingRun(Options, validates: true, threads: 3, modelSeed: 99);
        var history = resumed.Run();
        CollectionAssert.AreEqual(expected.Points, history.Points);
        CollectionAssert.AreEqual(whole.Network.Weights, resumed.Network.Weights);
        Assert.AreEqual((60 - cancelAfter) * 2, resumed.Network.Passes);
    }

    [TestMethod]
    public void Resume_FinishedRun_ReturnsAtOnce()
    {
        using var whole = new TrainingRun(Options);
        var expected = whole.Run();
        using var again = new TrainingRun(Options, modelSeed: 99);
        CollectionAssert.AreEqual(expected.Points, again.Run().Points);
        CollectionAssert.AreEqual(whole.Network.Weights, again.Network.Weights);
        Assert.AreEqual(0, again.Network.Passes);
    }

    [TestMethod]
    public void Resume_EarlyStopping_RemembersTheBestWeights()
    {
        // Best at step 7 or so, five worse evaluations later it stops; the interruption lies between.
        var options = TrainingRun.Overshooting;
        using var whole = new TrainingRun(options, validates: true);
        var expected = whole.Run();
        var best = expected.Best!.Value.Step;
        Cancel(best + 2, options with { CheckpointFolder = _folder.Root });
        using var resumed = new TrainingRun(options with { CheckpointFolder = _folder.Root }, validates: true, modelSeed: 99);
        CollectionAssert.AreEqual(expected.Points, resumed.Run().Points);
        CollectionAssert.AreEqual(whole.Network.Weights, resumed.Network.Weights);

        using var again = new TrainingRun(options with { CheckpointFolder = _folder.Root }, validates: true, modelSeed: 98);
        Assert.IsTrue(again.Run().StoppedEarly);
        CollectionAssert.AreEqual(whole.Network.Weights, again.Network.Weights);
    }

    [TestMethod]
    public void Run_Cancelled_WritesACheckpointAndSaysSo()
    {
        var error = Cancel(33);
        Assert.AreEqual(
            $"Training was cancelled after step 33 of 60. '{Current}' has it; run again with the same options to go on.", error.Message);
        Assert.AreEqual(33, StepOf(Current));
        Assert.AreEqual(30, StepOf(Previous));
        Assert.AreEqual("Training was cancelled after step 5 of 60.", Cancel(5, TrainingRun.Options).Message);
    }

    [TestMethod]
    public void Run_ResumeFalse_BeginsAnewAndReplaces()
    {
        Cancel(33);
        using var run = new TrainingRun(Options with { Resume = false, Steps = 5 });
        Assert.HasCount(5, run.Run().Points);
        Assert.AreEqual(5, StepOf(Current));
    }

    [TestMethod]
    public void Resume_OtherSettings_ListsAllThatDiffers()
    {
        Cancel(12);
        var changed = Options with { LearningRate = 0.05, Steps = 61, ClipNorm = null };
        using var run = new TrainingRun(changed, validates: true, model: "a larger bigram");
        Assert.AreEqual(
            "The checkpoint is of another run: Model is bigram there and a larger bigram here; Steps is 60 there and 61 here; "
            + "LearningRate is 0.1 there and 0.05 here; MinimumLearningRate is 0.01 there and 0.005 here; "
            + "ClipNorm is 1 there and null here. "
            + "Take the settings it was made with, choose another CheckpointFolder, or set Resume to false to replace it.",
            Assert.ThrowsExactly<InvalidOperationException>(run.Run).Message);
    }

    [TestMethod]
    public void Resume_WithoutTheValidationData_SaysSo()
    {
        Cancel(12);
        using var run = new TrainingRun(Options);
        var error = Assert.ThrowsExactly<InvalidOperationException>(run.Run);
        StringAssert.Contains(error.Message, "ValidationData is windows of 16 in 300 tokens (");
        StringAssert.Contains(error.Message, " there and null here; EvaluateEvery is 7 there and null here.");
    }

    [TestMethod]
    public void Resume_OtherFrozenWeights_SaysSo()
    {
        using (var run = new TrainingRun(Options, freezeBias: true))
            run.Run();
        using var other = new TrainingRun(Options, freezeBias: true, modelSeed: 2);
        var error = Assert.ThrowsExactly<InvalidOperationException>(other.Run);
        StringAssert.Contains(error.Message, "Model is bigram, 1 tensors frozen (");
        using var all = new TrainingRun(Options);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(all.Run).Message, "'table.bias' is missing there and [11] here");
    }

    [TestMethod]
    public void Resume_ThreadsAndFolders_MayDiffer()
    {
        Cancel(12);
        using var run = new TrainingRun(Options with { Threads = 1, CheckpointEvery = 3, RecomputeActivations = true }, validates: true);
        Assert.HasCount(60, run.Run().Points);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(31)]
    [DataRow(500)]
    [DataRow(-33)]
    [DataRow(-1)]
    public void Resume_LastIsCutShort_GoesOnFromThePreviousOne(int length)
    {
        using var whole = new TrainingRun(TrainingRun.Options, validates: true);
        var expected = whole.Run();
        Cancel(33);
        using (var file = File.OpenWrite(Current))
            file.SetLength(length >= 0 ? length : file.Length + length);
        using var resumed = new TrainingRun(Options, validates: true, modelSeed: 99);
        CollectionAssert.AreEqual(expected.Points, resumed.Run().Points);
        CollectionAssert.AreEqual(whole.Network.Weights, resumed.Network.Weights);
        Assert.AreEqual((60 - 30) * 2, resumed.Network.Passes);
    }

    [TestMethod]
    public void OpenLast_AnyByteChanged_TakesThePreviousOne()
    {
        Cancel(33);
        var bytes = File.ReadAllBytes(Current);
        for (var i = 0; i < bytes.Length; i += 97)
        {
            bytes[i] ^= 0x20;
            File.WriteAllBytes(Current, bytes);
            using var found = new CheckpointFolder(_folder.Root).OpenLast();
            Assert.AreEqual(30, found!.Content.Step, $"byte {i}");
            bytes[i] ^= 0x20;
        }
    }

    [TestMethod]
    public void OpenLast_BothDamaged_SaysWhyAndWhatToDo()
    {
        Cancel(33);
        File.WriteAllBytes(Current, new byte[100]);
        File.WriteAllBytes(Previous, new byte[10]);
        var error = Assert.ThrowsExactly<FormatException>(() => new CheckpointFolder(_folder.Root).OpenLast());
        Assert.AreEqual(
            $"No checkpoint can be read. '{Current}' is damaged or cut short: its last 32 bytes are not the SHA-256 of those before. "
            + $"'{Previous}' is cut short: it has 10 bytes. To begin anew, set Resume to false.",
            error.Message);
    }

    [TestMethod]
    public void OpenLast_NoFolder_IsNull() => Assert.IsNull(new CheckpointFolder(_folder.PathOf("none")).OpenLast());

    // The moments at which a process can die while it saves step 40 over step 30, as the files that it leaves.
    [TestMethod]
    [DataRow("temporary file begun", 30)]
    [DataRow("temporary file whole", 30)]
    [DataRow("current renamed to previous", 30)]
    [DataRow("temporary renamed to current", 40)]
    public void Save_KilledAtAnyMoment_LeavesTheLastOneReadable(string moment, int expected)
    {
        Cancel(40);
        var unfinished = Current + ".tinyllm-abcdefgh.xyz.tmp";
        var next = File.ReadAllBytes(Current);
        if (moment != "temporary renamed to current")
        {
            // Back to how the folder was before that save: step 30 is current, 20 previous.
            File.Move(Previous, Current, overwrite: true);
            File.WriteAllBytes(Previous, File.ReadAllBytes(Current));
            File.WriteAllBytes(unfinished, moment == "temporary file begun" ? next[..(next.Length / 2)] : next);
            if (moment == "current renamed to previous")
                File.Move(Current, Previous, overwrite: true);
        }

        Assert.AreEqual(expected, Step());
        using var resumed = new TrainingRun(Options, validates: true);
        resumed.Run();
        Assert.AreEqual(60, StepOf(Current));
        CollectionAssert.AreEquivalent(new[] { Current, Previous }, Directory.GetFiles(_folder.Root));

        int Step()
        {
            using var file = new CheckpointFolder(_folder.Root).OpenLast();
            return file!.Content.Step;
        }
    }

    [TestMethod]
    public void Save_NoSpaceLeft_ThrowsAndLeavesWhatStoodThere()
    {
        Cancel(33);
        var (current, previous) = (File.ReadAllBytes(Current), File.ReadAllBytes(Previous));
        var error = Assert.ThrowsExactly<IOException>(() => new CheckpointFolder(_folder.Root).Save(stream =>
        {
            stream.Write(current.AsSpan(0, 1000));
            throw new IOException("No space left on device.");
        }));
        Assert.AreEqual(
            $"The checkpoint '{Current}' cannot be written: No space left on device. Earlier checkpoints are as they were, and so is the "
            + "training in memory. Make room or choose another CheckpointFolder.",
            error.Message);
        CollectionAssert.AreEqual(current, File.ReadAllBytes(Current));
        CollectionAssert.AreEqual(previous, File.ReadAllBytes(Previous));
        Assert.HasCount(2, Directory.GetFiles(_folder.Root));
    }

    [TestMethod]
    public void Run_CheckpointFails_CanGoOnAsIfItHadNot()
    {
        using var whole = new TrainingRun(TrainingRun.Options);
        var expected = whole.Run();

        // A file where the folder should be: nothing can be written until it is gone.
        var folder = _folder.PathOf("run");
        File.WriteAllText(folder, "");
        using var run = new TrainingRun(TrainingRun.Options with { CheckpointFolder = folder });
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(run.Run).Message, "checkpoint.gguf' cannot be written: ");
        File.Delete(folder);
        CollectionAssert.AreEqual(expected.Points, run.Run().Points);
        CollectionAssert.AreEqual(whole.Network.Weights, run.Network.Weights);
        Assert.AreEqual(60, StepOf(Path.Combine(folder, "checkpoint.gguf")));
    }

    [TestMethod]
    public void Run_AnotherTrainingInTheFolder_IsToldWhoHasIt()
    {
        using var second = new TrainingRun(Options);
        InvalidOperationException? refused = null;
        var begin = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
        using var first = new TrainingRun(
            Options with { Steps = 2, Progress = new Each(() => refused ??= Assert.ThrowsExactly<InvalidOperationException>(second.Run)) },
            time: new At(begin));
        first.Run();
        Assert.AreEqual(
            $"Another training writes its checkpoints to '{_folder.Root}': process {Environment.ProcessId}, since 2026-05-04 03:02:01Z. "
            + "Wait until it ends, or choose another CheckpointFolder.",
            refused!.Message);
        Assert.AreEqual(0, second.Network.Passes);
        CollectionAssert.AreEquivalent(new[] { Current }, Directory.GetFiles(_folder.Root), "The lock goes with the run.");
        using var third = new TrainingRun(Options with { Resume = false, Steps = 1 });
        third.Run();
    }

    // What a process leaves that was killed: files that nobody has locked.
    [TestMethod]
    public void Run_LockOfADeadProcess_IsTakenOver()
    {
        File.WriteAllText(_folder.PathOf("checkpoint.lock"), "process 1, since 2020-01-01 00:00:00Z");
        File.WriteAllText(_folder.PathOf("checkpoint.holder"), "process 1, since 2020-01-01 00:00:00Z");
        using var run = new TrainingRun(Options with { Steps = 1 });
        run.Run();
        CollectionAssert.AreEquivalent(new[] { Current }, Directory.GetFiles(_folder.Root));
    }

    [TestMethod]
    public void Lock_ManyAtOnce_IsOneTrainingsAtATime()
    {
        var (inside, most, taken) = (0, 0, 0);
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            try
            {
                using var held = new CheckpointFolder(_folder.Root).Lock(TimeProvider.System);
                var now = Interlocked.Increment(ref inside);
                lock (_folder)
                    (most, taken) = (Math.Max(most, now), taken + 1);
                Thread.Yield();
                Interlocked.Decrement(ref inside);
            }
            catch (InvalidOperationException)
            {
                // Another one had it.
            }
        });
        Assert.AreEqual(1, most);
        Assert.IsGreaterThan(0, taken);
        Assert.HasCount(0, Directory.GetFiles(_folder.Root));
    }

    [TestMethod]
    public void Write_Weights_AreAGgufFileUnderTheirNames()
    {
        Cancel(33);
        using var file = GgufFile.Open(Current);
        CollectionAssert.AreEqual(
            new[] { "table.weight", "m1.table.weight", "m2.table.weight", "table.bias", "m1.table.bias", "m2.table.bias", "history" },
            file.Tensors.Select(tensor => tensor.Name).ToArray());
        Assert.AreEqual("0.1", file.Metadata["tinyllm.setting.LearningRate"].AsString("LearningRate"));
    }

    [TestMethod]
    public void Open_OtherVersion_SaysSo()
    {
        Cancel(33);
        using var file = CheckpointFile.Open(Current);
        var path = _folder.PathOf("other.gguf");
        using (var stream = new MemoryStream())
        {
            var metadata = GgufMetadata.Empty.With("tinyllm.checkpoint.version", 2);
            GgufWriter.Write(stream, metadata, []);
            var bytes = stream.ToArray();
            File.WriteAllBytes(path, [.. bytes, .. System.Security.Cryptography.SHA256.HashData(bytes)]);
        }

        Assert.AreEqual(
            $"'{path}' is a checkpoint of version 2; version 1 is supported.",
            Assert.ThrowsExactly<FormatException>(() => CheckpointFile.Open(path)).Message);
    }

    private OperationCanceledException Cancel(int afterStep, TrainingOptions? options = null)
    {
        using var source = new CancellationTokenSource();
        options = (options ?? Options) with { CancellationToken = source.Token, Progress = new CancelAfter(afterStep, source) };
        using var run = new TrainingRun(options, validates: true);
        if (afterStep == 60)
        {
            // The last step is done, and nothing is left to cancel.
            run.Run();
            return new OperationCanceledException();
        }

        return Assert.ThrowsExactly<OperationCanceledException>(run.Run);
    }

    private static int StepOf(string path)
    {
        using var file = CheckpointFile.Open(path);
        return file.Content.Step;
    }

    private sealed class Each(Action act) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => act();
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class CancelAfter(int step, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                source.Cancel();
        }
    }
}
