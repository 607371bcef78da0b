using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Benchmarks;

/// <summary>Reads 10 numeric columns of a generated CSV through a cursor, beside the plain way: lines, split, parse.</summary>
internal static class LoadText
{
    private const int Columns = 10;

    /// <summary>Runs with the size of the file in MB; default 100.</summary>
    public static void Run(string[] arguments)
    {
        var megabytes = arguments is [var size] ? int.Parse(size, CultureInfo.InvariantCulture) : 100;
        var path = Path.Combine(Directory.CreateTempSubdirectory("tinyllm-").FullName, "numbers.csv");
        try
        {
            var bytes = Generate(path, megabytes * 1_000_000L);
            double threads = 0, single = 0, split = 0;
            Throughput.Measure("TextLoader, all processors", bytes, () => threads = SumByLoader(path, useThreads: true));
            Throughput.Measure("TextLoader, one thread", bytes, () => single = SumByLoader(path, useThreads: false));
            Throughput.Measure("File.ReadLines, Split, float.Parse", bytes, () => split = SumBySplit(path));
            if (threads != split || single != split)
                throw new InvalidOperationException($"The sums differ: {threads}, {single}, {split}.");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static double SumByLoader(string path, bool useThreads)
    {
        var data = new MLContext(seed: 1).Data.LoadFromTextFile(path, new TextLoader.Options
        {
            Columns = [.. Enumerable.Range(0, Columns).Select(i => new TextLoader.Column($"C{i}", DataKind.Single, i))],
            Separators = [','],
            HasHeader = true,
            UseThreads = useThreads,
        });
        using var cursor = data.GetRowCursor(data.Schema);
        var getters = data.Schema.Select(column => cursor.GetGetter<float>(column)).ToArray();
        double sum = 0;
        float value = 0;
        while (cursor.MoveNext())
        {
            foreach (var getter in getters)
            {
                getter(ref value);
                sum += value;
            }
        }

        return sum;
    }

    private static double SumBySplit(string path)
    {
        double sum = 0;
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            foreach (var field in line.Split(','))
                sum += float.Parse(field, CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private static long Generate(string path, long bytes)
    {
        var random = new Random(1);
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', Enumerable.Range(0, Columns).Select(i => $"c{i}")));
        while (writer.BaseStream.Length < bytes)
        {
            var numbers = Enumerable.Range(0, Columns)
                .Select(_ => ((200 * random.NextDouble()) - 100).ToString("0.####", CultureInfo.InvariantCulture));
            writer.WriteLine(string.Join(',', numbers));
        }
        writer.Flush();
        return writer.BaseStream.Length;
    }
}
