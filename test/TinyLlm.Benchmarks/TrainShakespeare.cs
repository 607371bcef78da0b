using System.Diagnostics;
using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;
using TinyLlm.Trainers.Training;
using TinyLlm.Transforms;

namespace TinyLlm.Benchmarks;

/// <summary>Trains a character model on the first 90 % of tinyshakespeare and validates on the last 10 %, in the file's order.</summary>
/// <remarks>The vocabulary is the file's distinct characters. All of the last part is measured, in windows that do not overlap.</remarks>
internal static class TrainShakespeare
{
    private static readonly ModelArchitecture Model = new()
    {
        Kind = ModelKind.Llama,
        LayerCount = 6,
        EmbeddingLength = 256,
        HeadCount = 8,
        ContextLength = 256,
    };

    private static readonly TrainingOptions Defaults = new()
    {
        Steps = 2500,
        BatchSize = 8,
        SequenceLength = 256,
        LearningRate = 1e-3,
        MinimumLearningRate = 1e-5,
        Beta2 = 0.99,
        EvaluateEvery = 500,
    };

    public static void Run(string[] arguments)
    {
        if (arguments is not [var path, .. var rest] || rest.Length > 1)
            throw new ArgumentException("train-shakespeare takes the path of input.txt and, to go on after an interruption, a folder.");
        using var cancellation = new CancellationTokenSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = true;
            cancellation.Cancel();
        };
        var options = Defaults with
        {
            CheckpointFolder = rest is [var kept] ? kept : null,
            CheckpointEvery = 100,
            CancellationToken = cancellation.Token,
            Progress = new Curve(),
        };
        var text = File.ReadAllText(path);
        char[] characters = [.. text.Distinct().Order()];
        var tokens = text.Select(character => Array.BinarySearch(characters, character)).ToArray();
        var border = tokens.Length * 9 / 10;
        var folder = Directory.CreateTempSubdirectory("tinyllm-shakespeare-").FullName;
        try
        {
            using var training = Shard(Path.Combine(folder, "train.bin"), tokens[..border], characters.Length);
            using var validation = Shard(Path.Combine(folder, "validation.bin"), tokens[border..], characters.Length);
            Train(options, Model with { VocabularySize = characters.Length }, training, validation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Train(
        TrainingOptions options, ModelArchitecture architecture, TokenShardReader training, TokenShardReader validation)
    {
        Print($"{architecture.ParameterCount:N0} parameters, {architecture.VocabularySize} different characters");
        Print($"{training.Count:N0} characters to train on, {validation.Count:N0} to validate on");
        Print($"{options.Steps} steps of {options.BatchSize} × {options.SequenceLength}");
        using var pool = new WorkerPool(options.Threads ?? Environment.ProcessorCount);
        var size = new NetworkOptions { MaximumRows = options.BatchSize, Dropout = options.Dropout };
        using var network = Network.Create(architecture, pool, size, options.Seed);
        var windows = new TokenWindows([training], architecture.VocabularySize, options.SequenceLength, isShifted: true);
        var held = new TokenWindows([validation], architecture.VocabularySize, options.SequenceLength);
        var source = new WindowSampler(windows, (ulong)options.Seed);
        using var trainer = new Trainer(network, pool, source, options, architecture.ToString(), held);
        Print($"  step  training  validation  tokens/s  time left");
        var clock = Stopwatch.StartNew();
        var history = trainer.Run();
        var best = history.Best!.Value;
        using var process = Process.GetCurrentProcess();
        Print($"{history.Points[^1].ValidationLoss:F4} nats per character at the end");
        Print($"{best.ValidationLoss:F4} at best, after step {best.Step}");
        Print($"{clock.Elapsed.TotalMinutes:F1} minutes, {process.TotalProcessorTime.TotalMinutes:F1} minutes of processor time");
    }

    private static TokenShardReader Shard(string path, int[] tokens, int vocabularySize)
    {
        using (var writer = new TokenShardWriter(path, vocabularySize))
        {
            writer.Write(tokens);
            writer.Complete();
        }

        return TokenShardReader.Open(path);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Curve : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Point.ValidationLoss is { } loss)
                Print($"{value.Step,6}  {value.Point.Loss,8:F4}  {loss,10:F4}  {value.TokensPerSecond,8:F0}  {value.TimeLeft:mm\\:ss}");
        }
    }
}
