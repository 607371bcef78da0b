using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests.Loading;

[TestClass]
public sealed class SharedDataTests
{
    [TestMethod]
    public void Gesture_QuotedCellsOverSeveralLines_Are408Rows()
    {
        var path = TestData.Require("tinyllm-gesture/train.csv");
        var multiline = Load(path, readMultilines: true);
        Assert.HasCount(408, multiline.GetColumn<string>("Output"));
        var labels = multiline.GetColumn<string>("Output").Select(label => label.Trim()).Distinct().Order(StringComparer.Ordinal).ToArray();
        CollectionAssert.AreEqual(new[] { "Double", "Hold", "Tap" }, labels);
        Assert.IsGreaterThan(
            408, Load(path, readMultilines: false).GetColumn<string>("Output").Count(), "Without ReadMultilines every line is a row.");
    }

    [TestMethod]
    public void Occupancy_HeaderLacksAName_ColumnsAreGivenByIndex()
    {
        // The header names 7 fields and rows have 8: the row number in front has no name.
        var data = Rows.Context.Data.LoadFromTextFile(TestData.Require("occupancy-detection/datatraining.txt"), new TextLoader.Options
        {
            Columns = [new("Temperature", DataKind.Single, 2), new("Occupancy", DataKind.Boolean, 7)],
            Separators = [','],
            HasHeader = true,
            AllowQuoting = true,
        });
        Assert.HasCount(8143, data.GetColumn<float>("Temperature"));
        Assert.AreEqual(23.18f, data.GetColumn<float>("Temperature").First());
        Assert.IsTrue(data.GetColumn<float>("Temperature").All(value => value is > 15 and < 30));
        Assert.AreEqual(1729, data.GetColumn<bool>("Occupancy").Count(value => value));
    }

    private static IDataView Load(string path, bool readMultilines) => Rows.Context.Data.LoadFromTextFile(path, new TextLoader.Options
    {
        Columns = [new("Input", DataKind.String, 1), new("Output", DataKind.String, 2)],
        Separators = [','],
        HasHeader = true,
        AllowQuoting = true,
        ReadMultilines = readMultilines,
    });
}
