using System.Diagnostics;
using TinyLlm.Gguf;

namespace RunGguf;

/// <summary>Measures how a device runs a model: time of each token, and energy where the machine counts it.</summary>
internal static class Benchmark
{
    private const string EnergyCounter = "/sys/class/powercap/intel-rapl:0/energy_uj";

    public static void Run(TinyGptPredictionEngine engine, CancellationToken cancellationToken)
    {
        const int Rounds = 5;
        var tokens = Math.Min(64, engine.ContextLength / 2);
        var milliseconds = new List<double>();
        var energy = ReadEnergy();
        for (var round = 0; round < Rounds; round++)
        {
            // One token a call, each call one token longer: everything but the last token comes from the cache.
            var text = $"{round} ";
            for (var i = 0; i < tokens; i++)
            {
                var start = Stopwatch.GetTimestamp();
                text += engine.NextTokens(text, 1)[0].Text;
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        milliseconds.Sort();
        Console.WriteLine($"Decode: {milliseconds.Count} tokens, p50 {milliseconds[milliseconds.Count / 2]:F2} ms, p99 {milliseconds[milliseconds.Count * 99 / 100]:F2} ms");
        Console.WriteLine(energy is { } before && ReadEnergy() is { } after && after > before
            ? $"Energy: {(after - before) / 1e6 / milliseconds.Count:F4} J per token, the whole package's"
            : "Energy: this machine has no counter that may be read");
    }

    private static long? ReadEnergy()
    {
        try
        {
            return long.Parse(File.ReadAllText(EnergyCounter), System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
