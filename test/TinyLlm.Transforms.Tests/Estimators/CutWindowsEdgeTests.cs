using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms.Tests.Estimators;

/// <summary>Groups that were changed or are unknown, and times that need all their digits. Values are the numbers of rows.</summary>
[TestClass]
public sealed class CutWindowsEdgeTests
{
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void Transform_GroupChangedBeforeAFilter_LeavesTheGapOut()
    {
        var rows = Context.Data.LoadFromEnumerable(new[] { "a", "a", "A", "a", "a", "a" }
            .Select((group, i) => new Row { Group = group, Value = i, Quality = group == "A" ? 0 : 1 }));
        var changed = Context.Transforms.Text.NormalizeText("Group").Fit(rows).Transform(rows);
        var left = Context.Data.FilterRowsByColumn(changed, "Quality", lowerBound: 0.5);
        Assert.AreEqual("3 4 5", Windows(left, new SensorWindowOptions { Length = 3 }));
    }

    [TestMethod]
    public void Transform_UnknownKeyAsGroup_NamesTheRow()
    {
        var known = Context.Data.LoadFromEnumerable([new Row { Group = "dev1" }]);
        var rows = Context.Data.LoadFromEnumerable([new Row { Group = "dev1" }, new Row { Group = "dev8" }, new Row { Group = "dev9" }]);
        var keyed = Context.Transforms.Conversion.MapValueToKey("Group").Fit(known).Transform(rows);
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidDataException>(() => Windows(keyed, new SensorWindowOptions { Length = 1 })).Message,
            "Row 1 has no group: its key in 'Group' is missing, as where MapValueToKey was fitted on other rows. Rows of several unknown "
            + "groups would share windows: leave them out, or group by the values themselves.");
    }

    // Twenty milliseconds are no multiple of what a number of 64 bits can tell apart in seconds of our days.
    [TestMethod]
    [DataRow("Clock")]
    [DataRow("Unix")]
    public void Transform_StepsOfJustTheLongestGap_AreNoGaps(string timeColumn)
    {
        var start = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        var rows = Context.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => new Row
        {
            Group = "a",
            Value = i,
            Clock = start.AddMilliseconds(20 * i),
            Unix = 1_772_366_400 + (i * 0.02),
        }));
        var windows = Windows(rows, new SensorWindowOptions { Length = 10, MaximumGap = 0.02 }, timeColumn);
        Assert.AreEqual(10, windows.Split('|').Length);
    }

    [TestMethod]
    public void Fit_TextAsTime_IsRefused()
    {
        var rows = Context.Data.LoadFromEnumerable([new Row()]);
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => Windows(rows, new SensorWindowOptions { Length = 1, SampleInterval = 1 }, "Group")).Message,
            "CutWindows needs column 'Group' of type number or time, and it is of type String.");
    }

    [TestMethod]
    public void Fit_WindowBeyondMemory_IsRefused()
    {
        var rows = Context.Data.LoadFromEnumerable([new Row()]);
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => Windows(rows, new SensorWindowOptions { Length = 1_500_000_000 })).Message,
            "A window of 1,500,000,000 samples of 1 channels does not fit into memory: the most values are ");
    }

    private static string Windows(IDataView rows, SensorWindowOptions options, string? timeColumn = null)
    {
        var estimator = Context.TinyLlm().CutWindows(new SensorWindowingOptions
        {
            InputColumnName = "Value",
            GroupColumnName = "Group",
            TimeColumnName = timeColumn,
            Windows = options,
        });
        var windows = estimator.Fit(rows).Transform(rows);
        return string.Join('|', windows.GetColumn<float[]>("Window")
            .Select(window => string.Join(' ', window)));
    }

    private sealed class Row
    {
        public string Group { get; set; } = "";

        public float Value { get; set; }

        public float Quality { get; set; }

        public DateTime Clock { get; set; }

        public double Unix { get; set; }
    }
}
