using System.Diagnostics;
using System.Globalization;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Measures work that goes once over many bytes, several times in one process: how fast it is and whether memory stays flat.
/// </summary>
internal static class Throughput
{
    /// <summary>
    /// Runs <paramref name="work"/> over <paramref name="bytes"/> bytes and prints a line per run, then the median and the fastest.
    /// </summary>
    public static void Measure(string name, long bytes, Action work, int repeats = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        Print($"{name}: {bytes / 1e6:F1} MB, {repeats} runs on {Environment.ProcessorCount} processors");
        var rates = new double[repeats]; // MB/s
        for (var i = 0; i < repeats; i++)
        {
            GC.Collect();
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var processor = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            work();
            var seconds = clock.Elapsed.TotalSeconds;
            processor = Environment.CpuUsage.TotalTime - processor;
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            rates[i] = bytes / 1e6 / seconds;
            var rateOfOne = bytes / 1e6 / processor.TotalSeconds;
            Print($"  run {i + 1}: {seconds:F3} s, {rates[i]:F1} MB/s; {processor.TotalSeconds:F3} s of processors, {rateOfOne:F1} MB/s for one");
            Print($"    {allocated / 1e6:F1} MB allocated, {Heap() / 1e6:F1} MB heap, {PeakWorkingSet() / 1e6:F1} MB peak working set");
        }

        Array.Sort(rates);
        Print($"  median {Median(rates):F1} MB/s, fastest {rates[^1]:F1} MB/s");
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static long Heap() => GC.GetGCMemoryInfo().HeapSizeBytes;

    // Of the whole process so far: flat from one run to the next is what to look for.
    private static long PeakWorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
