// Loads a recorded sensor table with ML.NET's own loader and shows what is in it.
using Microsoft.ML;
using Microsoft.ML.Data;

var mlContext = new MLContext(seed: 1);
var path = Path.Combine(AppContext.BaseDirectory, "cpu-load.csv");
var csv = new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true }; // else an empty cell is 0
var data = mlContext.Data.LoadFromTextFile<CpuLoad>(path, csv);

Console.WriteLine("Columns:");
foreach (var column in data.Schema)
    Console.WriteLine($"  {column.Name,-15} {column.Type}");

Console.WriteLine("First rows:");
foreach (var row in mlContext.Data.CreateEnumerable<CpuLoad>(data, reuseRowObject: false).Take(3))
{
    var processors = string.Join(" ", row.Processors);
    Console.WriteLine($"  {row.Time} s: {processors} % busy, {row.Memory} MiB, {row.ContextSwitches} switches, {row.Workload}");
}

var workloads = data.GetColumn<string>(nameof(CpuLoad.Workload)).CountBy(workload => workload).ToArray();
Console.WriteLine($"Rows: {workloads.Sum(workload => workload.Value)}");
foreach (var (workload, rows) in workloads)
    Console.WriteLine($"  {workload,-15} {rows}");

/// <summary>One row of samples/data/cpu-load.csv: what the machine did during the last fifth of a second.</summary>
internal sealed class CpuLoad
{
    /// <summary>Gets or sets the time since the recording began, in seconds.</summary>
    [LoadColumn(0)]
    public float Time { get; set; }

    /// <summary>Gets or sets the load of each of the four processors, in percent.</summary>
    [LoadColumn(1, 4), VectorType(4)]
    public float[] Processors { get; set; } = [];

    /// <summary>Gets or sets the memory in use, in MiB.</summary>
    [LoadColumn(5)]
    public float Memory { get; set; }

    /// <summary>Gets or sets how often a processor went from one thread to another.</summary>
    [LoadColumn(6)]
    public float ContextSwitches { get; set; }

    /// <summary>Gets or sets what was running: Idle, Compress or Talk.</summary>
    [LoadColumn(7)]
    public string Workload { get; set; } = "";
}
