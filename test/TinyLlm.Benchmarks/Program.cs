// Benchmarks, chosen by name:
//   dotnet run -c Release --project test/TinyLlm.Benchmarks -- <name> [arguments]
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using TinyLlm.Benchmarks;

var benchmarks = new Dictionary<string, Action<string[]>>(StringComparer.OrdinalIgnoreCase)
{
    ["read-file"] = ReadFile.Run,
    ["load-text"] = LoadText.Run,
    ["codecs"] = _ => Codecs.Run(),
    ["tokenize"] = Tokenize.Run,
    ["train-shakespeare"] = TrainShakespeare.Run,
    ["train-step"] = TrainStep.Run,
    ["spin"] = _ => TrainStep.Spin(),
    ["sensor-tokens"] = SensorTokens.Run,
    ["csv-to-tokens"] = CsvToTokens.Run,
    ["curate"] = CurateCorpus.Run,
    ["vector-sum"] = _ => Micro<VectorSum>(),
    ["decode"] = Decode.Run,
    ["decode-memory"] = DecodeMemory.Run,
    ["classify"] = ClassifyLabels.Run,
    ["open-close"] = OpenClose.Run,
    ["start"] = StartTime.Run,
};

if (args is [var name, .. var rest] && benchmarks.TryGetValue(name, out var run))
{
    run(rest);
    return 0;
}

Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys)}.");
return 1;

// In this process, as a project that BenchmarkDotNet generates would be built with this repository's settings.
static void Micro<T>() => BenchmarkRunner.Run<T>(ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.Console)
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "benchmarks")));
