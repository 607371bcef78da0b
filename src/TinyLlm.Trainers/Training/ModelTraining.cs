using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Training;

/// <summary>Training as a function from model to model.</summary>
internal static class ModelTraining
{
    /// <summary>Trains on token shards to foresee every token.</summary>
    /// <param name="start">The model to go on with; null begins with random weights.</param>
    /// <param name="architecture">The sizes; those of <paramref name="start"/> where there is one.</param>
    /// <param name="vocabulary">The tokens. Its begin token opens every document of the shards, and
    /// documents do not see each other.</param>
    /// <param name="shards">The files to learn from.</param>
    /// <param name="validation">The files to measure on; none for no measurement.</param>
    /// <param name="options">How to train.</param>
    public static (LanguageModel Model, TrainingHistory History) Pretrain(
        LanguageModel? start, ModelArchitecture architecture, ModelVocabulary vocabulary,
        IReadOnlyList<string> shards, IReadOnlyList<string> validation, TrainingOptions options)
    {
        using var pool = new WorkerPool(options.Threads ?? Environment.ProcessorCount);
        var settings = Settings(options, lora: null);
        using var network = start is null
            ? Network.Create(architecture, pool, settings, options.Seed)
            : Network.Load(start, pool, settings, options.Seed);
        var readers = new List<TokenShardReader>();
        try
        {
            var source = new WindowSampler(Windows(shards, isShifted: true), Mixing.Derive((ulong)options.Seed, 1));
            var rows = validation.Count == 0 ? null : Windows(validation, isShifted: false);
            using var trainer = new Trainer(network, pool, source, options, architecture.ToString(), rows);
            var history = trainer.Run();
            return (network.ToModel(vocabulary, Kept(start)), history);
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }

        TokenWindows Windows(IReadOnlyList<string> paths, bool isShifted)
        {
            var opened = paths.Select(TokenShardReader.Open).ToArray();
            readers.AddRange(opened);
            return new TokenWindows(opened, architecture.VocabularySize, options.SequenceLength, vocabulary.BeginToken, isShifted);
        }
    }

    /// <summary>Trains on prompts with their responses.</summary>
    /// <param name="start">The model to adapt.</param>
    /// <param name="train">The examples to learn from.</param>
    /// <param name="validation">The examples to measure on; none for no measurement.</param>
    /// <param name="responseOnly">Whether only responses are learned.</param>
    /// <param name="lora">The low-rank adaptation; null trains every weight.</param>
    /// <param name="options">How to train.</param>
    /// <returns>The model with the update merged, and the update by itself where it is one of low rank.</returns>
    public static (LanguageModel Model, TrainingHistory History, LoraAdapter? Adapter) FineTune(
        LanguageModel start, ImmutableArray<InstructionExample> train, ImmutableArray<InstructionExample> validation, bool responseOnly,
        LoraOptions? lora, TrainingOptions options)
    {
        using var pool = new WorkerPool(options.Threads ?? Environment.ProcessorCount);
        using var network = Network.Load(start, pool, Settings(options, lora), options.Seed);
        var rows = new InstructionOptions
        {
            Length = options.SequenceLength,
            VocabularySize = start.Architecture.VocabularySize,
            ResponseOnly = responseOnly,
        };
        var source = new InstructionSampler(new PackedExamples(train, rows), Mixing.Derive((ulong)options.Seed, 2));
        var measured = validation.IsEmpty ? null : new PackedExamples(validation, rows);
        using var trainer = new Trainer(network, pool, source, options, start.Architecture.ToString(), measured);
        var history = trainer.Run();
        var adapter = lora is { TrainBiases: false } ? LoraAdapter.Of(network) : null;
        return (network.ToModel(start.Vocabulary, Kept(start)), history, adapter);
    }

    // A temperature was fitted for the weights before.
    private static GgufMetadata? Kept(LanguageModel? start) =>
        start is null ? null : ClassificationMetadata.WithoutTemperature(start.Metadata);

    private static NetworkOptions Settings(TrainingOptions options, LoraOptions? lora) => new()
    {
        MaximumRows = options.BatchSize,
        MaximumTokens = options.SequenceLength,
        Dropout = options.Dropout,
        RecomputeBlocks = options.RecomputeActivations,
        Precision = options.Precision,
        Lora = lora,
    };
}
