using TinyLlm.Gguf;
using TinyLlm.Testing;
using static System.FormattableString;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Generates greedily by the engine and, in turn with it, by a loop in C over the same libraries: what our binding costs.
/// </summary>
internal static class Decode
{
    private const int Tokens = 256;
    private const string Prompt = "12.5 12.7 13.1 ";

    /// <summary>Runs with the number of rounds; default 15.</summary>
    public static void Run(string[] arguments)
    {
        var rounds = arguments is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 15;
        if (OtherProcess.Find("gcc") is not { } compiler)
        {
            Console.WriteLine("gcc is not installed, so there is no loop in C to compare with: install it (Debian: gcc libc6-dev).");
            return;
        }

        using var folder = new TemporaryFolder();
        var natives = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        var program = GreedyProgram.Compile(compiler, natives, folder.Root);
        foreach (var (name, architecture) in new[] { ("tiny", RandomModel.Tiny), ("paper", RandomModel.Paper) })
        {
            var path = folder.PathOf($"{name}.gguf");
            RandomModel.Save(architecture, path);
            using var engine = TinyGptPredictionEngine.Open(path, new TinyGptOptions { Threads = 1 });
            var ours = new double[rounds];
            var theirs = new double[rounds];
            for (var round = 0; round < rounds; round++)
            {
                // Of two generations the second counts: the first warms up what the other side left cold.
                GenerateHere(engine);
                ours[round] = GenerateHere(engine);
                var (tokens, _, seconds) = program.Generate(path, engine.Tokenize(Prompt), Tokens, engine.ContextLength, rounds: 2);
                theirs[round] = (Tokens - 1) / seconds[^1];
                if (round == 0 && engine.Detokenize(tokens) != engine.Generate(Prompt, new GenerationOptions { MaximumTokens = Tokens }))
                    throw new InvalidOperationException("The two generate different tokens.");
            }

            var ratios = ours.Zip(theirs, (here, there) => here / there).Order().ToArray();
            Console.WriteLine(Invariant($"decode {name} ({engine.Metrics.ParameterCount / 1e6:F1} M, F32, 1 thread), {rounds} rounds: ")
                + Invariant($"engine {Median(ours):F0} tokens/s, C {Median(theirs):F0} tokens/s, ")
                + Invariant($"median ratio {Median(ratios):F3} ({ratios[0]:F2} to {ratios[^1]:F2})"));
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static double GenerateHere(TinyGptPredictionEngine engine)
    {
        var before = engine.Metrics;
        engine.Generate(Prompt, new GenerationOptions { MaximumTokens = Tokens });
        var after = engine.Metrics;
        if (after.GeneratedTokens - before.GeneratedTokens != Tokens)
        {
            throw new InvalidOperationException(
                $"Expected {Tokens} tokens but {after.GeneratedTokens - before.GeneratedTokens} were generated.");
        }

        return (Tokens - 1) / (after.GenerationTime - before.GenerationTime).TotalSeconds;
    }
}
