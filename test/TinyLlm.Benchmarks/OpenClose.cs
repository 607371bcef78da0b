using System.Runtime.InteropServices;
using TinyLlm.Gguf;
using TinyLlm.Testing;
using static System.FormattableString;

namespace TinyLlm.Benchmarks;

/// <summary>Opens, classifies with and disposes 2,000 engines in one process: memory must not grow.</summary>
internal static class OpenClose
{
    private const int Cycles = 2000;
    private const int Settled = 400;

    public static void Run(string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("The resident set is read from Linux's /proc.");
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("tiny.gguf");
        RandomModel.Save(RandomModel.Tiny, path);
        double settled = 0, last = 0;
        for (var cycle = 1; cycle <= Cycles; cycle++)
        {
            using (var engine = TinyGptPredictionEngine.Open(path))
                engine.Classify("12.5 12.7 13.1", ["idle", "tap", "shake"]);
            if (cycle % 200 != 0)
                continue;
            // What the collector and the C library keep for later is no leak.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            _ = TrimMemory(0);
            last = ResidentMegabytes();
            settled = cycle == Settled ? last : settled;
            Console.WriteLine(Invariant($"open-close: {cycle} cycles, {last:F1} MB resident"));
        }

        if (last > (1.05 * settled) + 4)
        {
            throw new InvalidOperationException(
                Invariant($"Memory grew from {settled:F1} MB after {Settled} cycles to {last:F1} MB after {Cycles}: something is not freed."));
        }

        Console.WriteLine(Invariant($"open-close: {last / settled:F3} of the memory after {Settled} cycles"));
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int TrimMemory(nuint keptBytes);

    // From the kernel, in pages of 4 KiB or larger.
    private static double ResidentMegabytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)
        * Environment.SystemPageSize / 1e6;
}
