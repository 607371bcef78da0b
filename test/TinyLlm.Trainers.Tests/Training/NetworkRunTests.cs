using TinyLlm.Gguf;
using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;
using TinyLlm.Trainers.Tests.Data;
using TinyLlm.Trainers.Tests.Networks;
using TinyLlm.Trainers.Training;

namespace TinyLlm.Trainers.Tests.Training;

/// <summary>Whole runs of the real networks: recorded losses, and the same bits whatever the threads and interruptions.</summary>
[TestClass]
public sealed class NetworkRunTests
{
    private static readonly TrainingOptions Options = new()
    {
        Steps = 10,
        BatchSize = 2,
        SequenceLength = 40,
        GradientAccumulation = 2,
        LearningRate = 1e-2,
        Dropout = 0.1,
        EvaluateEvery = 5,
        Seed = 3,
    };

    private static readonly LoraOptions Lora = new() { Rank = 4, Dropout = 0.1 };

    // Recorded from this test with 512-bit registers. Each width sums 32-bit numbers in an order of its own: after ten steps 128, 256 and
    // 512 bits differ by 1e-7. The tolerance of 1e-5 leaves room for other processors' multiply-add.
    private static readonly double[] Gpt2Losses =
    [
        4.1197373, 4.0815649, 3.9990820, 3.8616509, 3.8184857, 3.7898905, 3.7204073, 3.7013868, 3.6662524, 3.6463664,
    ];

    private static readonly double[] LlamaLosses =
    [
        4.1312294, 3.9749020, 3.8386558, 3.7364552, 3.6426367, 3.6018422, 3.5269468, 3.5135437, 3.4954607, 3.4635068,
    ];

    [TestMethod]
    [DataRow(ModelKind.Gpt2, 1, 512)]
    [DataRow(ModelKind.Gpt2, 4, 512)]
    [DataRow(ModelKind.Gpt2, 2, 256)]
    [DataRow(ModelKind.Gpt2, 2, 128)]
    [DataRow(ModelKind.Llama, 1, 512)]
    [DataRow(ModelKind.Llama, 4, 512)]
    [DataRow(ModelKind.Llama, 2, 256)]
    [DataRow(ModelKind.Llama, 2, 128)]
    public void Run_TenSteps_GivesTheRecordedLosses(ModelKind kind, int threads, int bits)
    {
        var width = (VectorWidth)Math.Min(bits, (int)VectorKernels.Widest);
        var (history, _) = Run(kind, threads, width: width);
        var found = history.Points.Select(point => point.Loss).ToArray();
        var expected = kind == ModelKind.Gpt2 ? Gpt2Losses : LlamaLosses;
        Assert.HasCount(expected.Length, found);
        for (var step = 0; step < 10; step++)
            Assert.AreEqual(expected[step], found[step], 1e-5, $"step {step + 1}");
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Run_TenSteps_AgreesWithDoublePrecision(ModelKind kind)
    {
        // ε damps what Adam makes of gradients that are zero but for rounding.
        var options = Options with { Dropout = 0, Epsilon = 1e-4, EvaluateEvery = null, ClipNorm = 0.5 };
        var (history, _) = Run(kind, 2, options: options);
        using var shards = new Shards();
        using var pool = new WorkerPool(1);
        using var network = Network.Create(TestNetworks.Architecture(kind, tied: true), pool, SizeOf(options, adapts: false), seed: 1);
        var windows = new TokenWindows([shards.Add(Tokens(1500, 1))], 61, options.SequenceLength, isShifted: true);
        var reference = new ReferenceRun(network, new WindowSampler(windows, (ulong)options.Seed), options);

        // 32-bit rounding, grown over ten updates.
        foreach (var point in history.Points)
        {
            var (loss, norm) = reference.Step(point.Step, point.LearningRate);
            Assert.AreEqual(loss, point.Loss, 2e-5, $"loss of step {point.Step}");
            Assert.AreEqual(norm, point.GradientNorm, 1e-3 * norm, $"norm of step {point.Step}");
        }
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2, false)]
    [DataRow(ModelKind.Llama, false)]
    [DataRow(ModelKind.Llama, true)]
    public void Run_AnyNumberOfThreads_GivesTheSameBits(ModelKind kind, bool adapts)
    {
        var (expected, weights) = Run(kind, 1, adapts);
        var (history, same) = Run(kind, 4, adapts);
        CollectionAssert.AreEqual(expected.Points, history.Points);
        CollectionAssert.AreEqual(weights, same);
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2, false)]
    [DataRow(ModelKind.Llama, false)]
    [DataRow(ModelKind.Llama, true)]
    public void Run_InterruptedAndResumed_GivesTheSameBits(ModelKind kind, bool adapts)
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var (expected, weights) = Run(kind, 2, adapts);
        var interrupted = Options with
        {
            CheckpointFolder = folder.Root,
            CancellationToken = cancellation.Token,
            Progress = new CancelAfter(4, cancellation),
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => Run(kind, 1, adapts, interrupted));
        var (history, same) = Run(kind, 4, adapts, Options with { CheckpointFolder = folder.Root, RecomputeActivations = true });
        CollectionAssert.AreEqual(expected.Points, history.Points);
        CollectionAssert.AreEqual(weights, same);
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2, false)]
    [DataRow(ModelKind.Llama, false)]
    [DataRow(ModelKind.Llama, true)]
    public void Run_BFloat16_LearnsAsSingleDoes(ModelKind kind, bool adapts)
    {
        var (single, _) = Run(kind, 2, adapts);
        var (rounded, _) = Run(kind, 2, adapts, Options with { Precision = TrainingPrecision.BFloat16 });
        Assert.AreNotEqual(single.Points[^1].Loss, rounded.Points[^1].Loss);
        // Gradients err by under a hundredth, and so do the steps, which have brought the loss down by half a nat.
        for (var step = 0; step < 10; step++)
            Assert.AreEqual(single.Points[step].Loss, rounded.Points[step].Loss, 5e-3, $"step {step + 1}");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Run_BFloat16Interrupted_GivesTheSameBitsAndRefusesSingle(bool adapts)
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var options = Options with { Precision = TrainingPrecision.BFloat16 };
        var (expected, weights) = Run(ModelKind.Llama, 2, adapts, options);
        var interrupted = options with
        {
            CheckpointFolder = folder.Root,
            CancellationToken = cancellation.Token,
            Progress = new CancelAfter(4, cancellation),
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => Run(ModelKind.Llama, 1, adapts, interrupted));
        var other = interrupted with { Precision = TrainingPrecision.Single, CancellationToken = default };
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Run(ModelKind.Llama, 1, adapts, other));
        StringAssert.Contains(error.Message, "Precision is BFloat16 there and Single here");
        var (history, same) = Run(ModelKind.Llama, 4, adapts, options with { CheckpointFolder = folder.Root, RecomputeActivations = true });
        CollectionAssert.AreEqual(expected.Points, history.Points);
        CollectionAssert.AreEqual(weights, same);
    }

    [TestMethod]
    public void Run_AdapterOnFrozenBFloat16Diverges_NamesStepAndTensor()
    {
        var options = Options with
        {
            Precision = TrainingPrecision.BFloat16,
            LearningRate = 1e30,
            ClipNorm = null,
            WarmupSteps = 0,
            Dropout = 0,
        };
        var error = Assert.ThrowsExactly<NotFiniteNumberException>(() => Run(ModelKind.Llama, 1, adapts: true, options));
        StringAssert.StartsWith(error.Message, "Training ran away in step ");
        StringAssert.EndsWith(error.Message, "Lower LearningRate or raise WarmupSteps.");
    }

    private static (TrainingHistory History, float[] Weights) Run(
        ModelKind kind, int threads, bool adapts = false, TrainingOptions? options = null, VectorWidth? width = null)
    {
        options ??= Options;
        using var shards = new Shards();
        using var pool = new WorkerPool(threads);
        var architecture = TestNetworks.Architecture(kind, tied: true);
        using var network = Network.Create(architecture, pool, SizeOf(options, adapts) with { Width = width }, seed: 1);
        var windows = new TokenWindows([shards.Add(Tokens(1500, 1))], architecture.VocabularySize, options.SequenceLength, isShifted: true);
        var held = new TokenWindows([shards.Add(Tokens(200, 2))], architecture.VocabularySize, options.SequenceLength);
        var source = new WindowSampler(windows, (ulong)options.Seed);
        using var trainer = new Trainer(network, pool, source, options, architecture.ToString(), held);
        return (trainer.Run(), [.. network.Parameters.SelectMany(parameter => parameter.ToSingles())]);
    }

    private static NetworkOptions SizeOf(TrainingOptions options, bool adapts) => new()
    {
        MaximumRows = options.BatchSize,
        MaximumTokens = options.SequenceLength,
        Dropout = options.Dropout,
        RecomputeBlocks = options.RecomputeActivations,
        Precision = options.Precision,
        Lora = adapts ? Lora : null,
    };

    // Each token decides the next, but for every fifth.
    private static int[] Tokens(int count, int seed)
    {
        var random = new Random(seed);
        var tokens = new int[count];
        for (var i = 1; i < count; i++)
            tokens[i] = random.Next(5) == 0 ? random.Next(61) : ((7 * tokens[i - 1]) + 3) % 61;
        return tokens;
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
