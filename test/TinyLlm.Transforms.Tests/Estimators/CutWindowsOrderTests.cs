using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;
using TinyLlm.Transforms.Tests.Sensors;

namespace TinyLlm.Transforms.Tests.Estimators;

/// <summary>
/// What ML.NET's catalog does to rows before they are cut: windows are those of the rows that are left, and hold no gap. Values are the
/// numbers of rows, so that a window tells which rows it has.
/// </summary>
[TestClass]
public sealed class CutWindowsOrderTests
{
    private const int Count = 1200;
    private const int Length = 4;
    private const int Hop = 2;

    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    [DataRow("contiguous", "array")]
    [DataRow("turns", "array")]
    [DataRow("random", "array")]
    [DataRow("random", "cache")]
    [DataRow("turns", "text")]
    [DataRow("random", "text")]
    public void Transform_WholeRecording_HasAllWindows(string order, string source) => Check(order, source, data => data);

    [TestMethod]
    [DataRow("contiguous", "array")]
    [DataRow("turns", "array")]
    [DataRow("random", "text")]
    public void Transform_RowsLeftOut_LeavesGapsOut(string order, string source)
    {
        Check(order, source, data => Context.Data.TakeRows(data, 700));
        Check(order, source, data => Context.Data.SkipRows(data, 501));
        Check(order, source, data => Context.Data.FilterRowsByColumn(data, "Number", 100, 900));
        Check(order, source, data => Context.Data.FilterRowsByColumn(data, "Quality", 0.1));
        Check(order, source, data => Context.Data.FilterRowsByMissingValues(data, "Maybe"));
        Check(order, source, data => Context.Data.SkipRows(Context.Data.FilterRowsByColumn(data, "Quality", 0.1), 30));
    }

    [TestMethod]
    [DataRow("contiguous", "array")]
    [DataRow("turns", "array")]
    [DataRow("random", "array")]
    [DataRow("random", "text")]
    public void Transform_SplitAndFolds_LeaveGapsOut(string order, string source)
    {
        Check(order, source, data => Context.Data.TrainTestSplit(data, 0.1, seed: 3).TrainSet);
        Check(order, source, data => Context.Data.TrainTestSplit(data, 0.9, seed: 3).TestSet);
        foreach (var fold in Enumerable.Range(0, 4))
            Check(order, source, data => Context.Data.CrossValidationSplit(data, 4, seed: 3)[fold].TrainSet);
    }

    [TestMethod]
    [DataRow("contiguous", "array")]
    [DataRow("turns", "array")]
    [DataRow("turns", "text")]
    [DataRow("random", "array")]
    public void Transform_SplitAndFoldsByGroup_KeepWholeGroups(string order, string source)
    {
        var groups = 0;
        foreach (var fold in Enumerable.Range(0, 3))
        {
            Check(order, source, data => Split(data).TrainSet, isWhole: true);
            groups += Check(order, source, data => Split(data).TestSet, isWhole: true);
            DataOperationsCatalog.TrainTestData Split(IDataView data) =>
                Context.Data.CrossValidationSplit(data, 3, "Device", seed: 3)[fold];
        }

        Assert.AreEqual(12, groups, "Every device is tested on once.");
        Check(order, source, data => Context.Data.TrainTestSplit(data, 0.3, "Device", seed: 3).TrainSet, isWhole: true);
    }

    [TestMethod]
    public void Transform_SplitByGroupAndFiltered_LeavesGapsOut() => Check(
        "random", "array",
        data => Context.Data.FilterRowsByColumn(Context.Data.TrainTestSplit(data, 0.3, "Device", seed: 3).TrainSet, "Quality", 0.1));

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Transform_RowsLeftOutOfUnknownGroups_EndAllRuns(bool isRenamed)
    {
        // Every ninetieth row is left out: by a filter that does not say what it reads, or before devices got other names.
        var source = Source("turns", "array");
        var data = isRenamed
            ? Context.Transforms.Text.NormalizeText("Device", caseMode: TextNormalizingEstimator.CaseMode.Upper)
                .Fit(source).Transform(Context.Data.FilterRowsByColumn(source, "Ninety", upperBound: 89))
            : Context.Data.FilterByCustomPredicate<Row>(source, row => row.Ninety == 89);
        var parts = Groups("turns").Select((device, row) => $"{(isRenamed ? device.ToUpperInvariant() : device)}#{row / 90}").ToArray();
        var expected = WindowOracle.Cut(parts, row => row % 90 != 89, Length, Hop)
            .Select(window => window[..window.IndexOf('#')] + window[window.IndexOf(':')..]).ToArray();
        Assert.IsGreaterThan(100, expected.Length);
        CollectionAssert.AreEqual(expected, Read(Cutter.Fit(data).Transform(data), out _));
    }

    [TestMethod]
    public void CrossValidate_CutInThePipeline_HasTheWindowsOfEachFold()
    {
        // Every device is in one test fold, so that the folds together have the windows of the whole recording.
        var data = Source("turns", "array");
        var pipeline = Context.Transforms.Conversion.MapValueToKey("Label")
            .Append(Cutter)
            .Append(Context.MulticlassClassification.Trainers.NaiveBayes("Label", "Window"));
        var folds = Context.MulticlassClassification.CrossValidate(data, pipeline, 3, samplingKeyColumnName: "Device", seed: 3);
        var tested = folds.SelectMany(fold => Read(fold.ScoredHoldOutSet, out _)).Order().ToArray();
        CollectionAssert.AreEqual(WindowOracle.Cut(Groups("turns"), _ => true, Length, Hop).Order().ToArray(), tested);
    }

    [TestMethod]
    [DataRow("array")]
    [DataRow("cache")]
    [DataRow("text")]
    public void Transform_ShuffledRows_AreAnError(string source)
    {
        foreach (var data in new[]
        {
            Context.Data.ShuffleRows(Source("contiguous", source), seed: 1),
            Context.Data.ShuffleRows(Source("contiguous", source), seed: 1, shufflePoolSize: 5, shuffleSource: false),
            Context.Data.BootstrapSample(Source("contiguous", source), seed: 1),
        })
        {
            var message = Assert.ThrowsExactly<InvalidOperationException>(() => Read(Cutter.Fit(data).Transform(data), out _)).Message;
            StringAssert.StartsWith(message, "CutWindows needs rows in the order in which they were recorded, and row ");
            StringAssert.EndsWith(message, ": cut windows before rows are shuffled or sampled, and shuffle the windows.");
            StringAssert.Contains(message, " has the id ");
        }
    }

    [TestMethod]
    public void Transform_ShuffledRowsNumberedAnew_HaveTheirTimes()
    {
        // A cache hides that rows were shuffled or left out; their times do not.
        var options = new SensorWindowingOptions
        {
            InputColumnName = "Value",
            GroupColumnName = "Device",
            TimeColumnName = "Time",
            Windows = new SensorWindowOptions { Length = Length, Hop = Hop },
        };
        var whole = Source("random", "array");
        var transformer = Context.TinyLlm().CutWindows(options).Fit(whole);
        Assert.AreEqual(1.5 * 0.1, transformer.Options.Windows.MaximumGap!.Value, 1e-9, "The step is 0.1 in every device.");
        CollectionAssert.AreEqual(WindowOracle.Cut(Groups("random"), _ => true, Length, Hop), Read(transformer.Transform(whole), out _));

        var split = Context.Data.Cache(Context.Data.TrainTestSplit(whole, 0.1, seed: 3).TrainSet);
        var kept = split.GetColumn<float>("Number").Select(number => (int)number).ToHashSet();
        CollectionAssert.AreEqual(
            WindowOracle.Cut(Groups("random"), kept.Contains, Length, Hop), Read(transformer.Transform(split), out _));

        var shuffled = Context.Data.Cache(Context.Data.ShuffleRows(whole, seed: 1));
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => Read(transformer.Transform(shuffled), out _)).Message;
        StringAssert.Contains(message, " ended where time falls");
        StringAssert.Contains(message, " Cut windows before rows are shuffled, or sort them by time.");
    }

    [TestMethod]
    public void Transform_SeveralFiles_AreOneStream()
    {
        // Rows of one group follow each other from file to file, unless time or another group is between.
        using var folder = new TemporaryFolder();
        for (var file = 0; file < 3; file++)
        {
            File.WriteAllLines(folder.PathOf($"{file}.csv"), Enumerable.Range(0, 5).Select(
                row => string.Create(CultureInfo.InvariantCulture, $"{(file * 5) + row},{(file * 100) + row},{(file < 2 ? "a" : "b")}")));
        }

        var data = Context.Data.LoadFromTextFile(folder.PathOf("*.csv"), new TextLoader.Options
        {
            Columns = [new("Value", DataKind.Single, 0), new("Time", DataKind.Double, 1), new("Device", DataKind.String, 2)],
            Separators = [','],
        });
        var found = Read(Context.TinyLlm().CutWindows("Window", "Value", 4, groupColumnName: "Device").Fit(data).Transform(data), out _);
        CollectionAssert.AreEqual(new[] { "a: 0 1 2 3", "a: 4 5 6 7", "b: 10 11 12 13" }, found);
        var timed = Context.TinyLlm().CutWindows("Window", "Value", 4, groupColumnName: "Device", timeColumnName: "Time");
        CollectionAssert.AreEqual(
            new[] { "a: 0 1 2 3", "a: 5 6 7 8", "b: 10 11 12 13" }, Read(timed.Fit(data).Transform(data), out _));
    }

    private static SensorWindowingEstimator Cutter =>
        Context.TinyLlm().CutWindows("Window", "Value", Length, Hop, "Device", "Label");

    // Compares with the oracle, which knows the whole recording, and returns of how many devices there are windows.
    private static int Check(string order, string source, Func<IDataView, IDataView> change, bool isWhole = false)
    {
        var (groups, data) = (Groups(order), change(Source(order, source)));
        var kept = data.GetColumn<float>("Number").Select(number => (int)number).ToHashSet();
        var expected = WindowOracle.Cut(groups, kept.Contains, Length, Hop);
        Assert.IsGreaterThan(5, expected.Length);
        CollectionAssert.AreEqual(expected, Read(Cutter.Fit(data).Transform(data), out var devices));
        Assert.IsTrue(!isWhole || devices.Sum(device => groups.Count(group => group == device)) == kept.Count);
        return devices.Length;
    }

    private static string[] Read(IDataView windows, out string[] devices)
    {
        var names = windows.GetColumn<string>("Device").ToArray();
        devices = [.. names.Distinct()];
        return [.. names.Zip(windows.GetColumn<float[]>("Window"), (name, window) => WindowOracle.Describe(name, window))];
    }

    // Twelve devices: one after the other, row by row by turns, or at random.
    private static string[] Groups(string order)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, Count).Select(
            row => $"d{(order == "contiguous" ? row / 100 : order == "turns" ? row % 12 : random.Next(12))}")];
    }

    private static IDataView Source(string order, string source)
    {
        var (random, times) = (new Random(12), new Dictionary<string, double>());
        var rows = Groups(order).Select((device, row) => new Row
        {
            Device = device,
            Label = row % 5 == 0 ? "x" : "y",
            Number = row,
            Value = row,
            Time = times[device] = times.GetValueOrDefault(device, random.Next(10)) + 0.1,
            Quality = random.NextSingle(),
            Ninety = row % 90,
            Maybe = random.Next(10) == 0 ? float.NaN : 1,
        }).ToArray();
        var data = Context.Data.LoadFromEnumerable(rows);
        return source switch
        {
            "array" => data,
            "cache" => Context.Data.Cache(data),
            _ => Text(data),
        };
    }

    // As a text file, read by several threads.
    private static IDataView Text(IDataView data)
    {
        var path = Path.Combine(Folder.Root, $"{Guid.CreateVersion7()}.csv");
        using (var stream = File.Create(path))
            Context.Data.SaveAsText(data, stream, ',', headerRow: false, schema: false);
        return Context.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            Columns =
            [
                new("Device", DataKind.String, 0), new("Label", DataKind.String, 1), new("Number", DataKind.Single, 2),
                new("Value", DataKind.Single, 3), new("Time", DataKind.Double, 4), new("Quality", DataKind.Single, 5),
                new("Maybe", DataKind.Single, 6),
            ],
            Separators = [','],
            UseThreads = true,
        });
    }

    private static readonly TemporaryFolder Folder = new();

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    private sealed class Row
    {
        public string Device { get; set; } = "";

        public string Label { get; set; } = "";

        public float Number { get; set; }

        public float Value { get; set; }

        public double Time { get; set; }

        public float Quality { get; set; }

        public float Maybe { get; set; }

        public float Ninety { get; set; }
    }
}
