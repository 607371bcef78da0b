using Microsoft.ML;
using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Tests.Pipelines;

/// <summary>Made-up windows whose label follows from their symbols, and a model small enough to learn them in a second.</summary>
internal static class GestureRows
{
    public static readonly ModelArchitecture Architecture = new()
    {
        Kind = ModelKind.Llama,
        LayerCount = 1,
        EmbeddingLength = 64,
        HeadCount = 2,
        ContextLength = 64,
        VocabularySize = 300,
    };

    public static readonly TrainingOptions Training = new()
    {
        Steps = 60,
        BatchSize = 8,
        SequenceLength = 64,
        LearningRate = 5e-3,
        WarmupSteps = 5,
        EvaluateEvery = 30,
        Threads = 1,
        Seed = 3,
    };

    /// <summary>
    /// Returns rows of seven symbols, most of which are the label's own:
    /// a model that counts them is right on about 97 of 100. Ten rows a session.
    /// </summary>
    public static IDataView Create(MLContext context, int count = 300)
    {
        var random = new Random(11);
        string[] labels = ["up", "down", "still"];
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
        {
            var label = random.Next(3);
            var symbols = Enumerable.Range(0, 7).Select(_ => "uds"[random.NextDouble() < 0.7 ? label : random.Next(3)]);
            var text = $"{string.Join(' ', symbols)} ->";
            return new Row { Text = text, Label = labels[label], Session = i / 10 };
        }).ToList());
    }

    internal sealed class Row
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";

        public float Session { get; set; }
    }
}
