using System.Diagnostics;
using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Testing;
using static System.FormattableString;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Classifies 200 prompts of about 120 tokens over 6 labels, beside generating 30 tokens behind each of them with the same engine:
/// prompts that share an instruction of 90 tokens, and prompts that share nothing. Both ways compute what is shared once.
/// </summary>
internal static class ClassifyLabels
{
    private const int Prompts = 200;
    private const int Generated = 30;
    private const string Instruction = "Below are six readings of an accelerometer, in g. Name the gesture that they belong to: ";

    // Two tokens each, as a vocabulary that was learned gives a word; here a token is a byte.
    private static readonly string[] Labels = ["id", "tp", "dt", "sh", "lf", "fa"];

    /// <summary>Runs with the number of rounds; default 3.</summary>
    public static void Run(string[] arguments)
    {
        var rounds = arguments is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 3;
        using var folder = new TemporaryFolder();
        foreach (var (name, architecture) in new[] { ("tiny", RandomModel.Tiny), ("paper", RandomModel.Paper) })
        {
            var path = folder.PathOf($"{name}.gguf");
            RandomModel.Save(architecture, path);
            using var engine = TinyGptPredictionEngine.Open(path, new TinyGptOptions { Threads = 1 });
            Measure(name, "an instruction shared", engine, rounds, Windows(new Random(1), Instruction, 6));
            Measure(name, "nothing shared", engine, rounds, Windows(new Random(1), "", 23));
        }
    }

    private static void Measure(string name, string kind, TinyGptPredictionEngine engine, int rounds, IEnumerable<string> windows)
    {
        var prompts = windows.Take(Prompts).ToArray();
        var (classify, generate) = (new double[rounds], new double[rounds]);
        engine.Classify(prompts[..8], Labels);
        for (var round = 0; round < rounds; round++)
        {
            classify[round] = Seconds(() => engine.Classify(prompts, Labels));
            generate[round] = Seconds(() =>
            {
                foreach (var prompt in prompts)
                    engine.Generate(prompt, new GenerationOptions { MaximumTokens = Generated });
            });
        }

        var ratio = classify.Zip(generate, (fast, slow) => slow / fast).Order().ElementAt(rounds / 2);
        var tokens = prompts.Average(prompt => engine.Tokenize(prompt).Length);
        Console.WriteLine(
            Invariant($"classify {name} ({engine.Metrics.ParameterCount / 1e6:F1} M, F32, 1 thread), ")
            + Invariant($"{Prompts} prompts of {tokens:F0} tokens, {kind}, {Labels.Length} labels: {Prompts / classify.Min():F0} prompts/s, generating {Generated} tokens ")
            + Invariant($"{Prompts / generate.Min():F0} prompts/s, median ratio {ratio:F2}"));
    }

    private static IEnumerable<string> Windows(Random random, string instruction, int readings)
    {
        while (true)
        {
            var numbers = Enumerable.Range(0, readings)
                .Select(_ => (20 * random.NextDouble()).ToString("00.0", CultureInfo.InvariantCulture));
            yield return $"{instruction}{string.Join(' ', numbers)} = ";
        }
    }

    private static double Seconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
