// From a sensor CSV to a model file that runs on a device, in one ML.NET pipeline: windows, text, tokens, a model trained from nothing,
// adapted with LoRA, quantized, exported. Trained on two rounds of a short recording, tested on the third, beside three baselines.
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

var mlContext = new MLContext(seed: 1);
var folder = args.ElementAtOrDefault(0) ?? Path.GetTempPath();
var (file, page) = (Path.Combine(folder, "cpu-load.gguf"), Path.Combine(folder, "cpu-load.html"));
var rows = mlContext.Data.LoadFromTextFile(Path.Combine(AppContext.BaseDirectory, "cpu-load.csv"), new TextLoader.Options
{
    Columns = [new("Time", DataKind.Single, 0), new("Processors", DataKind.Single, 1, 4), new("Switches", DataKind.Single, 6), new("Workload", DataKind.String, 7)],
    Separators = [','],
    HasHeader = true,
});

var tiny = mlContext.TinyLlm();
var cut = mlContext.Transforms.Concatenate("Values", "Processors", "Switches")
    .Append(tiny.CutWindows("Window", "Values", length: 5, hop: 1, groupColumnName: "Workload")).Fit(rows);
var train = cut.Transform(mlContext.Data.FilterRowsByColumn(rows, "Time", upperBound: 48));
var test = cut.Transform(mlContext.Data.FilterRowsByColumn(rows, "Time", lowerBound: 48));

var architecture = new ModelArchitecture { Kind = ModelKind.Llama, LayerCount = 2, EmbeddingLength = 128, HeadCount = 4, ContextLength = 128, VocabularySize = 320 };
var training = new TrainingOptions { Epochs = 12, BatchSize = 4, SequenceLength = 128, LearningRate = 2e-3, EvaluateEvery = null };
string[] labels = ["Idle", "Compress", "Talk"];
var pipeline = tiny.SensorText("Text", "Window", "p0", "p1", "p2", "p3", "switches")
    .Append(tiny.Pretrain(new PretrainOptions { Architecture = architecture, LabelColumnName = "Workload", ValidationFraction = 0, Training = training }))
    .Append(tiny.LoraFineTune("Workload", training: training))
    .Append(tiny.Quantize(GgufFileType.Q8_0))
    .Append(tiny.ExportGguf(file))
    .Append(tiny.Classify(new ClassifyOptions { Labels = [.. labels] }));

var clock = Stopwatch.StartNew();
using var model = pipeline.Fit(train);
Console.WriteLine($"Trained, adapted, quantized and exported {file} ({new FileInfo(file).Length / 1e3:F0} kB) in {clock.Elapsed.TotalSeconds:F1} s.");
Console.WriteLine(model.Transform(test).GetColumn<string>("Text").First());

int[] Classes(IDataView data) => [.. data.GetColumn<string>("Workload").Select(label => Array.IndexOf(labels, label))];
float[][] Features(IDataView data) => [.. data.GetColumn<float[]>("Window")];
clock.Restart();
var predicted = model.Transform(test).GetColumn<uint>("PredictedLabel").Select(key => (int?)key - 1).ToArray();
var rate = predicted.Length / clock.Elapsed.TotalSeconds;
var evaluation = ClassificationEvaluation.Of("Q8_0", labels, Classes(test), predicted);
var report = new EvaluationReport
{
    Title = "Which workload ran?",
    Variants = [new ModelVariant { Name = "Q8_0", FileBytes = new FileInfo(file).Length, Evaluation = evaluation, RowsPerSecond = rate }],
    Baselines = Baselines.Evaluate(labels, Features(train), Classes(train), Features(test), Classes(test)),
    Remarks = ["Windows of one second, each a fifth of a second after the one before; two rounds to learn from, the third to test on."],
};
report.Save(page);
Console.WriteLine($"{report.Verdict} {rate:F0} windows a second.");
foreach (var baseline in report.Baselines)
    Console.WriteLine($"  {baseline.Name}: {baseline.Accuracy}");
Console.WriteLine($"The report is {page}.");
