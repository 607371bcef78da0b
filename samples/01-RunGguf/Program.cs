// Runs a GGUF model on a device:
//   dotnet run --project samples/01-RunGguf -- [MODEL.gguf [PROMPT]] [--stream] [--labels a,b,c] [--bench]
// Without a model it makes a random one of 1 MB, to show that everything is in place; what that one writes means nothing.
using RunGguf;
using TinyLlm.Gguf;

var labels = Array.IndexOf(args, "--labels") is >= 0 and var at && at + 1 < args.Length ? args[at + 1].Split(',') : null;
var positional = args.Where((arg, i) => !arg.StartsWith("--", StringComparison.Ordinal) && (i == 0 || args[i - 1] != "--labels")).ToArray();
var prompt = positional.ElementAtOrDefault(1) ?? "The sensor reads";
var options = new GenerationOptions { MaximumTokens = 32 };
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    using var engine = positional.Length > 0
        ? TinyGptPredictionEngine.Open(positional[0])
        : TinyGptPredictionEngine.Open(RandomModel.Create());
    Console.WriteLine($"{engine.Metrics.ParameterCount:N0} parameters, {engine.Threads} threads");

    Console.Write($"{prompt} ►");
    if (args.Contains("--stream"))
    {
        await foreach (var piece in engine.GenerateAsync(prompt, options, stop.Token))
            Console.Write(piece);
    }
    else
    {
        Console.Write(engine.Generate(prompt, options, stop.Token));
    }

    Console.WriteLine();

    if (labels is not null)
    {
        var result = engine.Classify(prompt, labels);
        Console.WriteLine(
            $"Label: {result.Label} ({string.Join(", ", labels.Zip(result.Probabilities, (label, p) => $"{label} {p:P1}"))})");
    }

    if (args.Contains("--bench"))
        Benchmark.Run(engine, stop.Token);
    return 0;
}
catch (Exception e) when (e is IOException or GgufFormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
