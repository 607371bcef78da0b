// Trains small networks, to compare the training engine on other processors and with other registers than those of the tests.
// Usage: WORKERS FOLDER [BITS]; without BITS the widest registers compute.
// Prints the registers that are in force, and for each network a line with its name and the losses; its weights go to FOLDER/name.gguf.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;
using TinyLlm.Trainers.Training;
using TinyLlm.TrainSteps;

using var pool = new WorkerPool(int.Parse(args[0], CultureInfo.InvariantCulture));
VectorWidth? width = args.Length > 2 ? (VectorWidth)int.Parse(args[2], CultureInfo.InvariantCulture) : null;
var inHardware = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
Console.WriteLine($"processor {RuntimeInformation.ProcessArchitecture}");
Console.WriteLine($"hardware {inHardware}");
Console.WriteLine($"registers {(int)(width ?? VectorKernels.Widest)}");
var adaptation = new LoraOptions { Rank = 4, Dropout = 0.1 };
Train("gpt2", ModelKind.Gpt2);
Train("llama", ModelKind.Llama);
Train("lora", ModelKind.Llama, adaptation);
Train("bf16", ModelKind.Gpt2, adaptation, TrainingPrecision.BFloat16);

void Train(string name, ModelKind kind, LoraOptions? lora = null, TrainingPrecision precision = TrainingPrecision.Single)
{
    // Two layers of sizes that fill no register evenly.
    var architecture = new ModelArchitecture
    {
        Kind = kind,
        LayerCount = 2,
        EmbeddingLength = 24,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        FeedForwardLength = 52,
        ContextLength = 80,
        VocabularySize = 61,
    };
    var options = new TrainingOptions
    {
        Steps = 10,
        BatchSize = 2,
        SequenceLength = 75, // more than a tile of attention
        GradientAccumulation = 2,
        LearningRate = 1e-2,
        Dropout = 0.1,
        EvaluateEvery = null,
        Precision = precision,
        Seed = 3,
    };
    var size = new NetworkOptions
    {
        MaximumRows = options.BatchSize,
        MaximumTokens = options.SequenceLength,
        Dropout = options.Dropout,
        Precision = precision,
        Lora = lora,
        Width = width,
    };
    using var network = Network.Create(architecture, pool, size, seed: 1);
    using var trainer = new Trainer(network, pool, new NoisyCycles(architecture.VocabularySize, seed: 2), options, name);
    var losses = trainer.Run().Points.Select(point => point.Loss.ToString("R", CultureInfo.InvariantCulture));
    Console.WriteLine($"{name} {string.Join(' ', losses)}");

    var path = Path.Combine(args[1], name + ".gguf");
    var vocabulary = new ModelVocabulary { Tokens = [.. Enumerable.Range(0, architecture.VocabularySize).Select(i => $"t{i}")] };
    if (lora is null)
        network.ToModel(vocabulary).Save(path);
    else
        LoraAdapter.Of(network).Save(path);
}
