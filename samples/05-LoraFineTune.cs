#:project ../src/TinyLlm.Trainers/TinyLlm.Trainers.csproj
#:property UseMicrosoftML=true
// Teaches a model that knows only sensor text to name what it reads, by a small adapter (LoRA), put on and off while the model runs:
//   dotnet run -c Release samples/05-LoraFineTune.cs -- [OUTPUT]
// Learns from two rounds of samples/data/cpu-load.csv and is tested on the third.
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Trainers;

var here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!; // where this file lies
var output = args.ElementAtOrDefault(0) ?? Path.GetTempPath();
var (model, adapter) = (Path.Combine(output, "sensors.gguf"), Path.Combine(output, "sensors-adapter.gguf"));
try
{
    Directory.CreateDirectory(output);
    var mlContext = new MLContext(seed: 1);
    var tiny = mlContext.TinyLlm();
    TextLoader.Column sensors = new("Sensors", DataKind.Single, [new(1, 4), new(6)]); // load of four processors, and thread switches
    TextLoader.Column[] columns = [new("Time", DataKind.Single, 0), sensors, new("Workload", DataKind.String, 7)];
    var options = new TextLoader.Options { Columns = columns, Separators = [','], HasHeader = true, MissingRealsAsNaNs = true };
    var rows = mlContext.Data.LoadFromTextFile(Path.Combine(here, "data", "cpu-load.csv"), options);
    var cut = tiny.CutWindows("Window", "Sensors", length: 5, hop: 1, groupColumnName: "Workload", timeColumnName: "Time").Fit(rows);
    var train = cut.Transform(mlContext.Data.FilterRowsByColumn(rows, "Time", upperBound: 48));
    var test = cut.Transform(mlContext.Data.FilterRowsByColumn(rows, "Time", lowerBound: 48));

    // The model sees the texts alone; the adapter learns which label stands behind them.
    ModelArchitecture sizes = new() { Kind = ModelKind.Llama, LayerCount = 2, EmbeddingLength = 128, HeadCount = 4, VocabularySize = 320 };
    var training = new TrainingOptions { Epochs = 20, BatchSize = 4, SequenceLength = 128, LearningRate = 2e-3, EvaluateEvery = null };
    var tuning = new FineTuneOptions { LabelColumnName = "Workload", ValidationFraction = 0, AdapterPath = adapter, Training = training };
    var pipeline = tiny.SensorText("Text", "Window", "p0", "p1", "p2", "p3", "switches")
        .Append(tiny.Pretrain(new PretrainOptions { Architecture = sizes, ValidationFraction = 0, Training = training }))
        .Append(tiny.ExportGguf(model))
        .Append(tiny.FineTune(tuning));
    var tested = pipeline.Fit(train).Transform(test);
    var (texts, workloads) = (tested.GetColumn<string>("Text").ToArray(), tested.GetColumn<string>("Workload").ToArray());

    using var engine = TinyGptPredictionEngine.Open(model);
    var before = Answers($"{Path.GetFileName(model)} of {new FileInfo(model).Length / 1e3:F0} kB");
    engine.SetAdapters((adapter, 1));
    var adapted = Answers($"with {Path.GetFileName(adapter)} of {new FileInfo(adapter).Length / 1e3:F0} kB");
    engine.SetAdapters();
    var back = before.SequenceEqual(Answers("without it again"));
    Console.WriteLine($"{before.Zip(adapted).Count(pair => pair.First != pair.Second)} of {texts.Length} answers change with the adapter.");
    return back ? 0 : 1;

    string[] Answers(string what)
    {
        var answers = engine.Classify(texts, ["Idle", "Compress", "Talk"]).Select(answer => answer.Label!).ToArray();
        var right = answers.Zip(workloads).Count(pair => pair.First == pair.Second);
        Console.WriteLine($"{what}: right on {new Proportion(right, answers.Length)}");
        return answers;
    }
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
