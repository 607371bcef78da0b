// Records what this machine does while known workloads run, as the data that samples/SensorToDevice learns from. Linux only.
//   dotnet run -c Release --project samples/RecordTelemetry -- [FILE [SESSIONS [SECONDS]]]
// A session is a run of blocks of 8 to 16 seconds, each with one workload, in an order that hangs on the session's number.
using System.Diagnostics;
using System.Globalization;
using RecordTelemetry;

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("The counters are read from /proc, which only Linux has.");
    return 1;
}

var path = args.ElementAtOrDefault(0) ?? Path.Combine(Path.GetTempPath(), "device-telemetry.csv");
var sessions = int.Parse(args.ElementAtOrDefault(1) ?? "1", CultureInfo.InvariantCulture);
var seconds = int.Parse(args.ElementAtOrDefault(2) ?? "10", CultureInfo.InvariantCulture);
var interval = TimeSpan.FromMilliseconds(125);
using var writer = new StreamWriter(path);
writer.WriteLine($"session,time,{string.Join(',', Telemetry.Columns)},label");
var rows = 0;
for (var session = 1; session <= sessions; session++)
{
    var random = new Random(session);
    var clock = Stopwatch.StartNew();
    while (clock.Elapsed.TotalSeconds < seconds)
    {
        var label = Workload.Names[random.Next(Workload.Names.Length)];
        var end = Math.Min(seconds, clock.Elapsed.TotalSeconds + random.Next(8, 17));
        using var workload = Workload.Start(label, random.Next());
        Thread.Sleep(500); // what the workload before left behind
        var telemetry = new Telemetry();
        for (var next = clock.Elapsed + interval; next.TotalSeconds < end; next += interval)
        {
            if (next - clock.Elapsed is var wait && wait > TimeSpan.Zero)
                Thread.Sleep(wait);
            writer.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{session},{clock.Elapsed.TotalSeconds:F3},{telemetry.Read()},{label}"));
            rows++;
        }
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"session {session} of {sessions}: {rows} rows"));
}

Console.WriteLine($"Recorded {path}");
return 0;
