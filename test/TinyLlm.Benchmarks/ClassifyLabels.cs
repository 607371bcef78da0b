using System.Diagnostics;
using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Testing;
using static System.FormattableString;

namespace TinyLlm.Benchmarks;

/// <summary>Classifies 200 prompts of about 120 tokens over 6 labels, beside generating 30 tokens behind each of them with the same engine.</summary>
internal static class ClassifyLabels
{
    private const int Prompts = 200;
    private const int Generated = 30;
    private static readonly string[] Labels = ["idle", "tap", "double tap", "shake", "lift", "fall"];

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
            var prompts = Windows(new Random(1)).Take(Prompts).ToArray();
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
            Console.WriteLine(Invariant($"classify {name} ({engine.Metrics.ParameterCount / 1e6:F1} M, F32, 1 thread), {Prompts} prompts of {prompts.Average(prompt => engine.Tokenize(prompt).Length):F0} tokens, ")
                + Invariant($"{Labels.Length} labels: {Prompts / classify.Min():F0} prompts/s, generating {Generated} tokens {Prompts / generate.Min():F0} prompts/s, median ratio {ratio:F2}"));
        }
    }

    // Windows of a sensor's numbers that have nothing in common but the instruction's first words.
    private static IEnumerable<string> Windows(Random random)
    {
        while (true)
        {
            var numbers = Enumerable.Range(0, 19).Select(_ => ((20 * random.NextDouble()) - 10).ToString("0.00", CultureInfo.InvariantCulture));
            yield return $"Window: {string.Join(' ', numbers)} Label: ";
        }
    }

    private static double Seconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
