// Runs a GGUF model on a device: dotnet run --project samples/01-RunGguf -- MODEL.gguf [PROMPT] [--labels a,b,c] [--bench]
// Without a model it makes a random one of 1 MB, to show that everything is in place; what that one writes means nothing.
using System.Diagnostics;
using RunGguf;
using TinyLlm.Gguf;

var labels = Option("--labels")?.Split(',');
var positional = args.Where((arg, i) => !arg.StartsWith("--", StringComparison.Ordinal) && (i == 0 || args[i - 1] != "--labels")).ToArray();
var prompt = positional.ElementAtOrDefault(1) ?? "The sensor reads";
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

using var engine = positional.Length > 0 ? TinyGptPredictionEngine.Open(positional[0]) : TinyGptPredictionEngine.Open(RandomModel.Create());
Console.WriteLine($"{engine.Metrics.ParameterCount:N0} parameters, {engine.Metrics.FileBytes / 1e6:F1} MB, loaded in {engine.Metrics.LoadTime.TotalMilliseconds:F0} ms, {engine.Threads} threads");

Console.Write($"{prompt} ►");
await foreach (var piece in engine.GenerateAsync(prompt, new GenerationOptions { MaximumTokens = 32 }, stop.Token))
    Console.Write(piece);
Console.WriteLine();

if (labels is not null)
{
    var result = engine.Classify(prompt, labels);
    Console.WriteLine($"Label: {result.Label} ({string.Join(", ", labels.Zip(result.Probabilities, (label, p) => $"{label} {p:P1}"))})");
}

if (args.Contains("--bench"))
    Benchmark.Run(engine, stop.Token);
Console.WriteLine($"Prompt {engine.Metrics.PromptTokensPerSecond:F0} tokens/s, generation {engine.Metrics.GeneratedTokensPerSecond:F0} tokens/s, "
    + $"{Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB peak memory");

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
