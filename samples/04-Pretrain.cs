#:project ../src/TinyLlm.Trainers/TinyLlm.Trainers.csproj
#:property UseMicrosoftML=true
// Trains a small GPT from nothing on a folder of texts, and lets it write:
//   dotnet run -c Release samples/04-Pretrain.cs -- [OUTPUT [FOLDER [PATTERN]]]
// Ctrl-C ends it after the step in hand; the same command goes on from there, to the same weights as if it had never stopped.
using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

var here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!; // where this file lies
var output = args.ElementAtOrDefault(0) ?? Path.Combine(Path.GetTempPath(), "tinyllm-pretrain");
var folder = args.ElementAtOrDefault(1) ?? Path.Combine(here, "..", "src");
var pattern = args.ElementAtOrDefault(2) ?? (args.Length < 2 ? "*.cs" : "*.txt");
var (file, page) = (Path.Combine(output, "model.gguf"), Path.Combine(output, "training.html"));
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true; // the step in hand ends, and a checkpoint is written
    stop.Cancel();
};

var mlContext = new MLContext(seed: 1);
mlContext.Log += (_, e) => Console.WriteLine(e.RawMessage); // a line now and then, with the loss on documents that are held out
try
{
    var tiny = mlContext.TinyLlm();
    var documents = tiny.LoadDocuments(CorpusReader.ReadFolder(folder, pattern));
    ModelArchitecture sizes = new() { Kind = ModelKind.Llama, LayerCount = 4, EmbeddingLength = 128, HeadCount = 4, VocabularySize = 1024 };
    var training = new TrainingOptions
    {
        SequenceLength = 128,
        LearningRate = 3e-3,
        EvaluateEvery = 50,
        CheckpointFolder = Path.Combine(output, "checkpoint"),
        CancellationToken = stop.Token,
    };
    var pretrain = tiny.Pretrain(new PretrainOptions { Architecture = sizes, ValidationFraction = 0.1, Training = training });
    var model = pretrain.Fit(documents);
    model.Model.Save(file);
    model.History.SaveReport(page, "Pre-training");
    Directory.Delete(training.CheckpointFolder, recursive: true); // a finished run needs none
    Console.WriteLine($"The model is {file} ({new FileInfo(file).Length / 1e6:F1} MB), and its course {page}");

    var prompt = pattern == "*.cs" ? "    public static " : "The ";
    using var engine = TinyGptPredictionEngine.Open(file);
    Console.WriteLine(prompt + engine.Generate(prompt, new GenerationOptions { MaximumTokens = 60, Temperature = 0.7f, Seed = 1 }));
    return 0;
}
catch (OperationCanceledException)
{
    Console.WriteLine($"Stopped; the checkpoint is in {output}. The same command goes on from there.");
    return 130; // what shells call an end by Ctrl-C
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
