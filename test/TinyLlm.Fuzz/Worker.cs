using System.Diagnostics;
using System.Globalization;
using TinyLlm.Testing;

namespace TinyLlm.Fuzz;

/// <summary>
/// Runs cases one after the other and writes what each came to, beginning with its number: where the process ends, that was it.
/// </summary>
internal static class Worker
{
    public static int Run(FuzzOptions options)
    {
        using var folder = new TemporaryFolder();
        using var target = Targets.Make(options.Target!);
        target.Prepare(folder.Root);
        var clock = Stopwatch.StartNew();
        for (var i = options.First; options.Cases == 0 || i < options.Cases; i++)
        {
            if (clock.Elapsed.TotalSeconds >= options.Seconds)
                break;
            Console.Out.WriteLine($"?\t{i}");
            Console.Out.Flush();
            Console.Out.WriteLine(Try(target, options.Seed, i, _ => { }, out _));
            Console.Out.Flush();
        }

        return 0;
    }

    /// <summary>Runs one case and tells all about it.</summary>
    public static int RunOne(FuzzOptions options)
    {
        using var folder = new TemporaryFolder();
        using var target = Targets.Make(options.Target!);
        target.Prepare(folder.Root);
        var outcome = Try(target, options.Seed, options.Case!.Value, Console.WriteLine, out var exception);
        Console.WriteLine(outcome);
        if (exception is not null)
            Console.WriteLine(exception);
        return outcome.Kind == OutcomeKind.Undocumented ? 1 : 0;
    }

    private static Outcome Try(FuzzTarget target, int seed, int number, Action<string> tell, out Exception? exception)
    {
        PeakMemory.Forget();
        var clock = Stopwatch.StartNew();
        var (kind, text) = (OutcomeKind.Accepted, "");
        exception = null;
        try
        {
            target.Run(new Random(HashCode(seed, number)), tell);
        }
        catch (Exception e)
        {
            exception = e;
            (kind, text) = target.IsDocumented(e)
                ? (OutcomeKind.Refused, e.GetType().Name)
                : (OutcomeKind.Undocumented, $"{e.GetType().Name}: {e.Message} {FirstFrame(e)}");
        }

        return new Outcome(number, kind, clock.ElapsedMilliseconds, PeakMemory.Megabytes, text);
    }

    private static string FirstFrame(Exception exception) =>
        exception.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("TinyLlm", StringComparison.Ordinal))?.Trim() ?? "";

    // Random numbers that follow from small seeds follow each other; these do not.
    private static int HashCode(int seed, int number)
    {
        var x = ((ulong)(uint)seed << 32) + (uint)number + 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)(x ^ (x >> 31));
    }

    /// <summary>The most memory that a process held since it was last asked to forget; where that cannot be told, since it began.</summary>
    private static class PeakMemory
    {
        public static long Megabytes
        {
            get
            {
                if (OperatingSystem.IsLinux())
                {
                    var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                    return long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) >> 10;
                }

                using var process = Process.GetCurrentProcess();
                return process.PeakWorkingSet64 >> 20;
            }
        }

        public static void Forget()
        {
            if (OperatingSystem.IsLinux())
                File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }
}
