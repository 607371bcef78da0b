using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms.Tests.Estimators;

/// <summary>How many windows there are, what is said where there are none or few, and what is learned of times.</summary>
[TestClass]
public sealed class CutWindowsCountTests
{
    // CutWindows with TimeColumnName, saved before there were MaximumOpenGroups and gaps without an interval.
    private const string Saved =
        "UEsDBBQAAAAIAHKfe12l77AQLwAAAC8AAAAYAAAAVHJhaW5pbmdJbmZvL1ZlcnNpb24udHh0BcHBDQAgCASwv6uYmDsBlXGUwP4j2NrAYL9aW5CBcGLFDM/y"
        + "ZF1RkLKVtHp+2gdQSwMEFAAAAAgAcp97XYN2+a5JAQAAWAMAABoAAABUcmFuc2Zvcm1lckNoYWluL01vZGVsLmtleb2Rz07CQBDGfyAHDz4E6ZkQ9EjCCQgS"
        + "t0BiY7kWWbWx3ZL+AYnhJXwUH8BnMzstQmLAm7O7mczs9818O+sq3OlgqOrUsMdua43S0ajiyyq+quLPynvK9ceTgV+jXF5otiqK+0Xuh2aZbDLO2+yi9PPK"
        + "f9VL/8H/2f4t7ziMMawoyOmTEFEQY5gQEKNx6OIwx6GFw1Rwf6F9QgxLEjYVb0RKQsHqDGuAZk3Io2QsSxGwQBOdZBkKIiJBe4SSP91hjyirH6vMBGGnodAY"
        + "nsl5kdyNYG9JWP3qeNDn0KUjuXvpuCJCy2RzNClrggp1zB8RVFVLrkvAm2i06g+3e86OnbzBsEUREdPGIyXAkPFEQkpMRosmD9I3IyTB0OOaNp2fYxF9qZpT"
        + "kKLpYdDyr7ae1ddkRsGCSP7kDs0Wj4RXmZDFl6rUcDB1Ue43UEsDBBQAAAAIAHKfe11JL1WiUAAAAGYBAAAGAAAAU2NoZW1hc/b1YXAJc2JgY2AEQxgNQiAQ"
        + "B6VhgJlheAE2l9SyzORUjpDUipLggsQ8Bkaw75EBS0hmbiqbS35pUk4qFmnGCLbgzLx0rHIMTmEuDD6+zgBQSwECFAMUAAAACAByn3tdpe+wEC8AAAAvAAAA"
        + "GAAAAAAAAAAAAAAApIEAAAAAVHJhaW5pbmdJbmZvL1ZlcnNpb24udHh0UEsBAhQDFAAAAAgAcp97XYN2+a5JAQAAWAMAABoAAAAAAAAAAAAAAKSBZQAAAFRy"
        + "YW5zZm9ybWVyQ2hhaW4vTW9kZWwua2V5UEsBAhQDFAAAAAgAcp97XUkvVaJQAAAAZgEAAAYAAAAAAAAAAAAAAKSB5gEAAFNjaGVtYVBLBQYAAAAAAwADAMIA"
        + "AABaAgAAAAA=";

    private static readonly SensorWindowingOptions Options = new()
    {
        InputColumnName = "X",
        GroupColumnName = "Device",
        Windows = new() { Length = 4 },
    };

    [TestMethod]
    public void Transform_RunsTooShort_SaysHowManyAndWhatToDo()
    {
        // Of five rows of each of two devices by turns, the second is left out: runs of 1 and 3 rows.
        var data = Context().Data.FilterRowsByMissingValues(
            Rows(Enumerable.Range(0, 10).Select(row => new Row(row % 2 == 0 ? "a" : "b", row, row / 2 == 1 ? float.NaN : row))), "X");
        ExpectNone(
            data, Options,
            "CutWindows: 0 windows: 4 runs, all shorter than 4 samples, the longest of 3, in 8 rows of 2 groups; of the runs, 2 ended "
            + "where rows were left out by a filter or a split. Cut windows before rows are filtered or split, or split by the group: "
            + "samplingKeyColumnName of TrainTestSplit, CrossValidationSplit and CrossValidate. "
            + "Else give more rows, or choose a smaller Length.");
    }

    [TestMethod]
    public void Transform_GapsInTime_SaysTheGap()
    {
        var data = Rows(new double[] { 0, 1, 9, 10, 3, 4 }.Select(time => new Row("a", time, 0)));
        ExpectNone(
            data, Options with { TimeColumnName = "Time", Windows = Options.Windows with { MaximumGap = 2.5 } },
            "CutWindows: 0 windows: 3 runs, all shorter than 4 samples, the longest of 2, in 6 rows of 1 group; of the runs, 1 ended "
            + "at a gap in time, 1 ended where time falls. MaximumGap is 2.5: set it where longer steps are usual. Cut windows before rows "
            + "are shuffled, or sort them by time. Else give more rows, or choose a smaller Length.");
    }

    [TestMethod]
    public void Transform_OneOpenGroup_SaysSo() => ExpectNone(
        Rows(Enumerable.Range(0, 1200).Select(row => new Row(row % 2 == 0 ? "a" : "b", row, 0))),
        Options with { Windows = Options.Windows with { MaximumOpenGroups = 1 } },
        "CutWindows: 0 windows: 1,200 runs, all shorter than 4 samples, the longest of 1, in 1,200 rows of 2 groups; of the runs, "
        + "1,199 ended at a row of another group. MaximumOpenGroups is 1: set it to the number of groups whose rows alternate. "
        + "Else give more rows, or choose a smaller Length.");

    [TestMethod]
    public void Transform_GroupsShorterThanAWindow_SaysSo() => ExpectNone(
        Rows(Enumerable.Range(0, 9).Select(row => new Row($"d{row / 3}", row, 0))), Options,
        "CutWindows: 0 windows: 3 runs, all shorter than 4 samples, the longest of 3, in 9 rows of 3 groups. "
        + "Give more rows, or choose a smaller Length.");

    [TestMethod]
    public void Fit_OfTheNextStage_SaysThatThereAreNoWindows()
    {
        var tiny = Context().TinyLlm();
        var pipeline = tiny.CutWindows(Options).Append(tiny.SensorText("Text", "Window", "x"));
        var rows = Rows(Enumerable.Range(0, 9).Select(row => new Row($"d{row / 3}", row, 0)));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => pipeline.Fit(rows)).Message, "CutWindows: 0 windows: 3 runs");
    }

    [TestMethod]
    [DataRow(0, "0 windows: the input has no rows.")]
    [DataRow(1, "0 windows: 1 run, shorter than 4 samples, the longest of 1, in 1 row of 1 group.")]
    [DataRow(3, "0 windows: 2 runs, all shorter than 4 samples, the longest of 2, in 3 rows of 2 groups.")]
    public void Transform_FewerRowsThanAWindow_GivesNoneAndWarns(int count, string warning)
    {
        var context = Context();
        var messages = Logged(context);
        var windows = context.TinyLlm().CutWindows(Options).Fit(Rows([]))
            .Transform(Rows(Enumerable.Range(0, count).Select(row => new Row(row % 2 == 0 ? "a" : "b", row, 0))));
        Assert.IsEmpty(windows.GetColumn<float[]>("Window"));
        Assert.IsEmpty(windows.GetColumn<float[]>("Window"), "Read again, it is said once.");
        Assert.HasCount(1, messages);
        Assert.AreEqual(ChannelMessageKind.Warning, messages[0].Kind);
        StringAssert.StartsWith(messages[0].Text, warning);
    }

    [TestMethod]
    public void Transform_ReadToItsEnd_LogsCounts()
    {
        // 10 rows of a and 7 of b by turns, then 3 of a: windows of 4, every 3, use 13 of 13 and 7 of 7.
        Expect(
            Enumerable.Range(0, 17).Select(row => row < 14 && row % 2 == 1 ? "b" : "a").Concat(["a", "a", "a"]), 3,
            (ChannelMessageKind.Info, "6 windows from 20 rows of 2 groups in 2 runs, the longest of 13 samples; 0 samples in no window."));

        // Of 7, 4 are in the window; of 3 none: with two more of b, more than half.
        Expect(
            "aaaaaaabbbccc".Select(group => $"{group}"), null,
            (ChannelMessageKind.Warning, "1 window from 13 rows of 3 groups in 3 runs, the longest of 7 samples; 9 samples in no window."));

        // A hop beyond the window leaves the rows between out: 4 of each 6, but 4 of the last 5.
        Expect(
            Enumerable.Repeat("a", 11), 6,
            (ChannelMessageKind.Info, "2 windows from 11 rows of 1 group in 1 run, the longest of 11 samples; 3 samples in no window."));

        static void Expect(IEnumerable<string> groups, int? hop, (ChannelMessageKind, string) message)
        {
            var context = Context();
            var messages = Logged(context);
            var windows = context.TinyLlm().CutWindows(Options with { Windows = Options.Windows with { Hop = hop } })
                .Fit(Rows([])).Transform(Rows(groups.Select((group, row) => new Row(group, row, row))));
            _ = windows.GetColumn<float[]>("Window").Count();
            _ = windows.GetColumn<float[]>("Window").Count();
            CollectionAssert.AreEqual(new[] { message }, messages);
        }
    }

    [TestMethod]
    public void Transform_GroupComesBackAfterLong_WarnsWhereNoTimeTells()
    {
        // As labels do that serve as groups: 40 rows of a, 40 of b, 40 of a. The column's name is no format, whatever it has.
        var rows = Rows(Enumerable.Range(0, 120).Select(row => new Row(row / 40 == 1 ? "b" : "a", row, row)));
        rows = Context().Transforms.CopyColumns("{1}", "Device").Fit(rows).Transform(rows);
        var named = Options with { GroupColumnName = "{1}" };
        var warned = Warnings(named);
        Assert.HasCount(1, warned);
        Assert.AreEqual(
            "Rows of one '{1}' follow each other behind up to 40 rows of others, and no time column tells whether they do: name "
            + "TimeColumnName, or set MaximumOpenGroups to 1, with which one that comes back begins anew.",
            warned[0]);
        Assert.IsEmpty(Warnings(named with { TimeColumnName = "Time" }));
        Assert.IsEmpty(Warnings(named with { Windows = Options.Windows with { MaximumOpenGroups = 1 } }));

        string[] Warnings(SensorWindowingOptions options)
        {
            var context = Context();
            var messages = Logged(context);
            _ = context.TinyLlm().CutWindows(options).Fit(rows).Transform(rows).GetColumn<float[]>("Window").Count();
            return [.. messages.Where(message => message.Kind == ChannelMessageKind.Warning).Select(message => message.Text)];
        }
    }

    [TestMethod]
    public void Fit_Times_LearnsTheGap()
    {
        // Steps within a are 2, 2, 30, and 2; within b 4 and none, as its clock is coarse. The median of 2 2 2 4 30 is 2.
        (string, double)[] rows = [("a", 0), ("b", 50), ("a", 2), ("a", 4), ("b", 54), ("b", 54), ("a", 34), ("a", 36)];
        var context = Context();
        var messages = Logged(context);
        var transformer = context.TinyLlm().CutWindows(Options with { TimeColumnName = "Time" })
            .Fit(Rows(rows.Select(row => new Row(row.Item1, row.Item2, 0))));
        Assert.AreEqual(3.0, transformer.Options.Windows.MaximumGap);
        CollectionAssert.AreEqual(
            new[] { (ChannelMessageKind.Info, "A step in time of more than 3 is a gap: 1.5 times the median of 5.") }, messages);

        var set = Options with { TimeColumnName = "Time", Windows = Options.Windows with { MaximumGap = 7 } };
        Assert.AreEqual(set, context.TinyLlm().CutWindows(set).Fit(Rows([])).Options, "What is set is not learned.");
    }

    [TestMethod]
    public void Fit_NoStepInTime_SaysWhatToSet()
    {
        var estimator = Context().TinyLlm().CutWindows(Options with { TimeColumnName = "Time" });
        foreach (var rows in new Row[][] { [new("a", 1, 0)], [new("a", 1, 0), new("b", 2, 0)], [new("a", 1, 0), new("a", 1, 0)] })
        {
            Assert.AreEqual(
                "CutWindows learns from 'Time' which step in time is a gap, and no group has two rows with rising times: fit on recorded "
                + "rows, or set SensorWindowOptions.MaximumGap.",
                Assert.ThrowsExactly<InvalidOperationException>(() => estimator.Fit(Rows(rows))).Message);
        }

        Assert.AreEqual(
            "CutWindows learns from 'Time' which step in time is a gap, and there are no rows: a filter or a split may have left none. A split "
            + "by a column of few values needs clearly more values than parts.",
            Assert.ThrowsExactly<InvalidOperationException>(() => estimator.Fit(Rows([]))).Message);
    }

    [TestMethod]
    public void Validate_GapWithoutTimes_IsReported() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(
            () => Context().TinyLlm().CutWindows(Options with { Windows = Options.Windows with { MaximumGap = 1 } })).Message,
        "Windows have a longest gap, and TimeColumnName is not set");

    [TestMethod]
    public void Load_SavedBeforeGapsAndGroups_CutsAsItDid()
    {
        // It read no times then, and does not now; groups may alternate by the default.
        var loaded = Context().Model.Load(new MemoryStream(Convert.FromBase64String(Saved)), out _);
        var transformer = (SensorWindowingTransformer)loaded;
        Assert.AreEqual(
            Options with { TimeColumnName = "Time", Windows = new() { Length = 2 } },
            transformer.Options);
        Assert.AreEqual(1024, transformer.Options.Windows.MaximumOpenGroups);
        var rows = Rows([new("a", 0, 1), new("a", double.NaN, 2), new("b", 0, 3), new("a", 7, 4), new("b", -9, 5), new("a", 8, 6)]);
        CollectionAssert.AreEqual(
            new[] { "1 2", "3 5", "4 6" },
            loaded.Transform(rows).GetColumn<float[]>("Window").Select(window => string.Join(' ', window)).ToArray());
    }

    [TestMethod]
    public void Save_LearnedGap_IsLoaded()
    {
        var rows = Rows(new double[] { 0, 1, 2, 3, 9, 10 }.Select(time => new Row("a", time, (float)time)));
        var options = Options with { TimeColumnName = "Time", Windows = new() { Length = 2, MaximumOpenGroups = 3 } };
        var transformer = Context().TinyLlm().CutWindows(options).Fit(rows);
        using var stream = new MemoryStream();
        Context().Model.Save(transformer, rows.Schema, stream);
        var loaded = (SensorWindowingTransformer)Context().Model.Load(stream, out _);
        Assert.AreEqual((1.5, 3), (loaded.Options.Windows.MaximumGap, loaded.Options.Windows.MaximumOpenGroups));
        CollectionAssert.AreEqual(
            new[] { "0 1", "2 3", "9 10" },
            loaded.Transform(rows).GetColumn<float[]>("Window").Select(window => string.Join(' ', window)).ToArray());
    }

    private static MLContext Context() => new(seed: 1);

    private static List<(ChannelMessageKind Kind, string Text)> Logged(MLContext context)
    {
        var messages = new List<(ChannelMessageKind, string)>();
        context.Log += (_, e) =>
        {
            var isRead = e.Kind is ChannelMessageKind.Info or ChannelMessageKind.Warning;
            if (isRead && e.Source.Contains("CutWindows", StringComparison.Ordinal))
                messages.Add((e.Kind, e.RawMessage));
        };
        return messages;
    }

    private static void ExpectNone(IDataView rows, SensorWindowingOptions options, string message)
    {
        var windows = Context().TinyLlm().CutWindows(options).Fit(rows).Transform(rows);
        using var cursor = windows.GetRowCursor([]);
        Assert.AreEqual(message, Assert.ThrowsExactly<InvalidOperationException>(() => cursor.MoveNext()).Message);
        Assert.IsFalse(cursor.MoveNext(), "It is over then.");
    }

    private static IDataView Rows(IEnumerable<Row> rows) => Context().Data.LoadFromEnumerable(rows);

    private sealed record Row(string Device, double Time, float X);
}
