using System.Globalization;
using TinyLlm.Gguf;

namespace RunGguf;

/// <summary>Measures how a device runs a model: size, time, memory, and energy where the machine counts it.</summary>
internal static class Benchmark
{
    private const int Rounds = 50;
    private const int Generated = 16;

    public static void Run(TinyGptPredictionEngine engine, CancellationToken cancellationToken)
    {
        var (prefill, decode) = (new List<double>(), new List<double>()); // tokens per second
        var energy = ReadEnergy();
        for (var round = 0; round < Rounds; round++)
        {
            // Half a context that begins anew each time, so that nothing of it comes from the cache.
            var text = $"{round:00} {string.Concat(Enumerable.Repeat("7.25 ", engine.ContextLength / 10))}"[..(engine.ContextLength / 2)];
            var before = engine.Metrics;
            engine.Generate(
                text, new GenerationOptions { MaximumTokens = Generated, Temperature = 1, Seed = (uint)round }, cancellationToken);
            var after = engine.Metrics;
            prefill.Add((after.PromptTokens - before.PromptTokens) / (after.PromptTime - before.PromptTime).TotalSeconds);
            if (after.GeneratedTokens > before.GeneratedTokens) // the text may have ended at once
                decode.Add((after.GeneratedTokens - before.GeneratedTokens) / (after.GenerationTime - before.GenerationTime).TotalSeconds);
        }

        var metrics = engine.Metrics;
        Console.WriteLine($"Disk     {metrics.FileBytes / 1e6:F2} MB, loaded in {metrics.LoadTime.TotalMilliseconds:F0} ms");
        Console.WriteLine($"Prefill  {Percentiles(prefill)}");
        Console.WriteLine($"Decode   {Percentiles(decode)}");
        Console.WriteLine($"Memory   {metrics.PeakMemoryBytes / 1e6:F0} MB at its peak, .NET included");
        Console.WriteLine(energy is { } start && ReadEnergy() is { } end && end > start
            ? $"Energy   {(end - start) / Rounds:F3} J for each round of prefill and {Generated} tokens, the whole processor's"
            : "Energy   this machine has no counter that may be read");
    }

    // 99 of 100 rounds are at least as fast as p99.
    private static string Percentiles(List<double> rates)
    {
        rates.Sort();
        return rates.Count == 0 ? "the model ends every text at once"
            : $"p50 {rates[rates.Count / 2]:F0}, p99 {rates[rates.Count / 100]:F0} tokens/s in {rates.Count} rounds";
    }

    // Joules since some moment, of all processors: Linux's power capping interface (RAPL).
    private static double? ReadEnergy()
    {
        try
        {
            var zones = Directory.GetDirectories("/sys/class/powercap", "intel-rapl:*")
                .Where(zone => zone.Count(c => c == ':') == 1).ToArray();
            return zones.Length == 0
                ? null
                : zones.Sum(zone => double.Parse(File.ReadAllText(Path.Combine(zone, "energy_uj")), CultureInfo.InvariantCulture) / 1e6);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
