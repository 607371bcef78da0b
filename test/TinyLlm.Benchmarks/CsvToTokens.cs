using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Transforms;

namespace TinyLlm.Benchmarks;

/// <summary>
/// A generated stream of sensor rows all the way from its CSV to tokens: loaded, cut into windows, written with bins, tokenized.
/// </summary>
internal static class CsvToTokens
{
    private static readonly string[] Axes = ["x", "y", "z"];

    /// <summary>Runs with the size of the file in MB; default 100.</summary>
    public static void Run(string[] arguments)
    {
        var megabytes = arguments is [var size] ? int.Parse(size, CultureInfo.InvariantCulture) : 100;
        var folder = Directory.CreateTempSubdirectory("tinyllm-").FullName;
        try
        {
            var path = Path.Combine(folder, "rows.csv");
            var bytes = Generate(path, megabytes * 1_000_000L);
            var context = new MLContext(seed: 1);
            var tiny = context.TinyLlm();
            var data = context.Data.LoadFromTextFile(path, new TextLoader.Options
            {
                Columns =
                [
                    new("Trial", DataKind.String, 0), .. Axes.Select((axis, i) => new TextLoader.Column(axis, DataKind.Single, i + 1)),
                    new("Label", DataKind.String, 4),
                ],
                Separators = [','],
                UseThreads = true,
            });
            var windows = context.Transforms.Concatenate("Values", Axes)
                .Append(tiny.CutWindows("Window", "Values", length: 50, groupColumnName: "Trial", labelColumnName: "Label"));
            var head = context.Data.TakeRows(data, 50_000);
            var training = new TokenizeOptions { Training = new BytePairTrainerOptions { VocabularySize = 1024 } };
            var chain = windows.Append(tiny.SensorText("Text", "Window", Axes)).Append(tiny.Tokenize(training)).Fit(head);
            Throughput.Measure(
                "CSV to windows",
                bytes,
                () => Count(windows.Fit(data).Transform(data), "Window", (ref VBuffer<float> value) => value.Length));
            Throughput.Measure(
                "CSV to tokens", bytes, () => Count(chain.Transform(data), "Tokens", (ref VBuffer<int> value) => value.Length));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private delegate int Measure<T>(ref VBuffer<T> value);

    private static void Count<T>(IDataView data, string column, Measure<T> length)
    {
        var wanted = data.Schema[column];
        using var cursor = data.GetRowCursor([wanted]);
        var getter = cursor.GetGetter<VBuffer<T>>(wanted);
        VBuffer<T> value = default;
        var (rows, items) = (0L, 0L);
        while (cursor.MoveNext())
        {
            getter(ref value);
            (rows, items) = (rows + 1, items + length(ref value));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {rows:N0} windows, {(double)items / rows:F1} each"));
    }

    private static long Generate(string path, long bytes)
    {
        var random = new Random(1);
        using var writer = new StreamWriter(path);
        for (var row = 0; writer.BaseStream.Length < bytes; row++)
        {
            var (trial, phase) = (row / 5000, row / 40.0);
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"t{trial},{Math.Sin(phase) + (0.05 * random.NextDouble()):F4},{Math.Cos(phase):F4},{0.1 * random.NextDouble():F4},"
                + $"{(row / 500 % 2 == 0 ? "walk" : "rest")}\n"));
        }

        writer.Flush();
        return writer.BaseStream.Length;
    }
}
