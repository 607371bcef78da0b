using System.Diagnostics;
using System.Globalization;

namespace RecordTelemetry;

/// <summary>The kernel's counters since the last reading: what a monitoring agent on any Linux device sees.</summary>
internal sealed class Telemetry
{
    // In thousandths of a degree; virtual machines have none.
    private static readonly string? Thermometer = File.Exists("/sys/class/thermal/thermal_zone0/temp")
        ? "/sys/class/thermal/thermal_zone0/temp"
        : null;

    private readonly Stopwatch _clock = new();
    private double[] _before = [];

    public Telemetry() => Read();

    /// <summary>
    /// Gets the columns: load of the first four processors in percent, memory in use in MiB, rates per second, threads that run, and
    /// degrees Celsius where there is a thermometer.
    /// </summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "cpu0", "cpu1", "cpu2", "cpu3", "memory", "disk_read_kb", "disk_write_kb", "network_kb",
        "switches", "interrupts", "page_faults", "running",
        .. Thermometer is null ? Array.Empty<string>() : ["temperature"],
    ];

    /// <summary>Returns the values as CSV.</summary>
    public string Read()
    {
        var now = Counters().ToArray();
        var seconds = Math.Max(1e-3, _clock.Elapsed.TotalSeconds);
        _clock.Restart();
        if (_before.Length == 0)
        {
            _before = now;
            return "";
        }

        var busy = new double[4];
        for (var i = 0; i < 4; i++)
        {
            var (work, all) = (now[2 * i] - _before[2 * i], now[(2 * i) + 1] - _before[(2 * i) + 1]);
            busy[i] = all > 0 ? 100 * work / all : 0;
        }

        var rates = Enumerable.Range(8, 6).Select(i => Math.Max(0, now[i] - _before[i]) / seconds).ToArray();
        _before = now;
        var values = busy.Append(MemoryMegabytes()).Concat(rates).Append(now[14]).Concat(Temperature());
        return string.Join(',', values.Select(value => value.ToString("F1", CultureInfo.InvariantCulture)));
    }

    // Processor ticks, then disk, network, switches, interrupts and page faults since the start; last what runs right now.
    private static IEnumerable<double> Counters()
    {
        var stat = File.ReadAllLines("/proc/stat");
        for (var i = 0; i < 4; i++)
        {
            var ticks = stat.FirstOrDefault(line => line.StartsWith($"cpu{i} ", StringComparison.Ordinal))?.Split(' ')
                .Skip(1).Select(double.Parse).ToArray() ?? new double[8];
            var idle = ticks[3] + ticks[4];
            yield return ticks.Take(8).Sum() - idle;
            yield return ticks.Take(8).Sum();
        }

        var memory = File.ReadAllLines("/proc/vmstat").Select(line => line.Split(' '))
            .ToDictionary(pair => pair[0], pair => Number(pair[1]));
        yield return memory["pgpgin"];
        yield return memory["pgpgout"];
        yield return File.ReadAllLines("/proc/net/dev").Skip(2)
            .Select(line => line.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Sum(fields => Number(fields[0]) + Number(fields[8])) / 1024;
        yield return Field("ctxt");
        yield return Field("intr");
        yield return memory["pgfault"];
        yield return Field("procs_running");

        double Field(string name) => Number(stat.First(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1]);
    }

    private static IEnumerable<double> Temperature() =>
        Thermometer is null ? [] : [Number(File.ReadAllText(Thermometer)) / 1000];

    private static double MemoryMegabytes()
    {
        var info = File.ReadAllLines("/proc/meminfo").Select(line => line.Split(':'))
            .ToDictionary(pair => pair[0], pair => Number(pair[1].Trim().Split(' ')[0]));
        return (info["MemTotal"] - info["MemAvailable"]) / 1024;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
