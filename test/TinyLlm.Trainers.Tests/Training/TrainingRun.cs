using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Tests.Data;
using TinyLlm.Trainers.Training;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Training;

/// <summary>A bigram network and all that trains it, on tokens in which each decides the next but for some noise.</summary>
internal sealed class TrainingRun : IDisposable
{
    public const int Vocabulary = 11;

    private readonly Shards _shards = new();
    private readonly WorkerPool _pool;
    private readonly Trainer _trainer;

    public TrainingRun(
        TrainingOptions options,
        bool validates = false,
        int threads = 1,
        int modelSeed = 1,
        bool freezeBias = false,
        string model = "bigram",
        TimeProvider? time = null)
    {
        Network = new BigramNetwork(Vocabulary, modelSeed, freezeBias) { Dropout = options.Dropout };
        _pool = new WorkerPool(threads);
        TokenShardReader[] shards = [_shards.Add(Tokens(2000, 1)), _shards.Add(Tokens(500, 2))];
        var windows = new TokenWindows(shards, Vocabulary, options.SequenceLength, isShifted: true);
        Source = new WindowSampler(windows, (ulong)options.Seed);
        var validation = validates ? new TokenWindows([_shards.Add(Tokens(300, 3))], Vocabulary, options.SequenceLength) : null;
        _trainer = new Trainer(Network, _pool, Source, options, model, validation, time);
    }

    public static TrainingOptions Options { get; } = new()
    {
        Steps = 60,
        BatchSize = 4,
        SequenceLength = 16,
        GradientAccumulation = 2,
        LearningRate = 0.1,
        Dropout = 0.2,
        EvaluateEvery = 7,
        CheckpointEvery = 10,
        Seed = 5,
    };

    /// <summary>Gets options whose validation loss falls at first and rises later.</summary>
    public static TrainingOptions Overshooting { get; } = Options with
    {
        LearningRate = 3,
        Schedule = LearningRateSchedule.Constant,
        EvaluateEvery = 1,
        WarmupSteps = 0,
        EarlyStoppingPatience = 5,
    };

    public BigramNetwork Network { get; }

    public WindowSampler Source { get; }

    public TrainingHistory Run() => _trainer.Run();

    public void Dispose()
    {
        _trainer.Dispose();
        _pool.Dispose();
        Network.Dispose();
        _shards.Dispose();
    }

    private static int[] Tokens(int count, int seed)
    {
        var random = new Random(seed);
        var tokens = new int[count];
        for (var i = 1; i < count; i++)
            tokens[i] = random.Next(4) == 0 ? random.Next(Vocabulary) : ((3 * tokens[i - 1]) + 1) % Vocabulary;
        return tokens;
    }
}
