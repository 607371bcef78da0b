using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

namespace WebApi;

/// <summary>The model that is served where no other is named: it knows the normal sessions of samples/data/http-events.</summary>
internal static class EventModel
{
    /// <summary>Trains the model in a few seconds and returns the path of its file.</summary>
    public static string Train()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "normal.csv")).Skip(1);
        var tiny = new MLContext(seed: 1).TinyLlm();
        var architecture = new ModelArchitecture
        {
            Kind = ModelKind.Llama,
            LayerCount = 2,
            EmbeddingLength = 64,
            HeadCount = 4,
            ContextLength = 256,
            VocabularySize = 320,
        };
        var path = Path.Combine(Directory.CreateTempSubdirectory("tinyllm-").FullName, "http-events.gguf");
        tiny.Pretrain(architecture, training: new TrainingOptions { Epochs = 4, SequenceLength = 128, LearningRate = 3e-3 })
            .Append(tiny.ExportGguf(path))
            .Fit(tiny.LoadDocuments(lines.Select(line => new CorpusDocument("", line))));
        return path;
    }
}
