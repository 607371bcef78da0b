using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace TinyLlm.Fuzz;

/// <summary>Starts workers, watches them, starts another where one ends, and counts.</summary>
internal sealed class Supervisor(FuzzOptions options)
{
    private const double MostSeconds = 10;
    private const long MostMegabytes = 2048;
    private const int StartSeconds = 120; // a worker makes its files first, on a machine that may be busy

    /// <summary>Runs; returns 0 where no case failed and every target ran.</summary>
    public int Run(TextWriter output)
    {
        var names = options.Target is { } one ? [one] : Targets.Names;
        var seconds = options.Seconds * options.Jobs / names.Length;
        var queue = new ConcurrentQueue<string>(names);
        var tallies = names.ToDictionary(name => name, _ => new Tally(), StringComparer.Ordinal);
        var threads = Enumerable.Range(0, options.Jobs).Select(_ => new Thread(() =>
        {
            while (queue.TryDequeue(out var name))
                RunTarget(name, Math.Min(seconds, options.Seconds), tallies[name]);
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Report(output, names, tallies);
        return tallies.Values.All(tally => tally.Faults.Count == 0 && tally.Cases > 0) ? 0 : 1;
    }

    private void RunTarget(string name, double seconds, Tally tally)
    {
        var clock = Stopwatch.StartNew();
        var next = 0;
        while (clock.Elapsed.TotalSeconds < seconds && (options.Cases == 0 || next < options.Cases))
        {
            var watch = new WorkerWatch(StartSeconds, MostSeconds);
            var (code, last, isSlow) = watch.Run(
                Arguments(name, seconds - clock.Elapsed.TotalSeconds, next), outcome => tally.Add(outcome, MostSeconds, MostMegabytes));
            if (code == 0 && last is null)
                return;
            if (last is not { } number)
            {
                tally.AddFault($"the worker ended with {code} before its first case: {watch.Errors}");
                return;
            }

            tally.AddCase();
            tally.AddFault(
                isSlow ? $"case {number} ran longer than {MostSeconds} s" : $"case {number} ended the process ({code}): {watch.Errors}");
            next = number + 1;
        }
    }

    private string[] Arguments(string name, double seconds, int first) =>
    [
        "--worker", "--target", name, "--seed", options.Seed.ToString(CultureInfo.InvariantCulture),
        "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "--first", first.ToString(CultureInfo.InvariantCulture),
        "--cases", options.Cases.ToString(CultureInfo.InvariantCulture),
    ];

    private void Report(TextWriter output, string[] names, Dictionary<string, Tally> tallies)
    {
        output.WriteLine("target        files  accepted  refused  faults  slowest ms  most MB  refused with");
        foreach (var name in names)
            output.WriteLine($"{name,-12} {tallies[name]}");
        output.WriteLine(
            $"in all {tallies.Values.Sum(tally => tally.Cases):N0} files, {tallies.Values.Sum(tally => tally.Faults.Count)} faults, "
            + $"seed {options.Seed}");
        foreach (var name in names)
        {
            foreach (var fault in tallies[name].Faults)
                Console.Error.WriteLine($"FAULT --target {name} --seed {options.Seed}: {fault}");
        }
    }
}
