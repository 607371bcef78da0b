using TinyLlm.MLNet.Tests.Loading;

namespace TinyLlm.MLNet.Tests.Models;

[TestClass]
public sealed class ReloadTests
{
    [TestMethod]
    public void Pipeline_WithPayload_GivesTheSameValuesInASecondProcess()
    {
        using var file = new TextFile("a,b,c\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i * 0.37},{-i},{i % 7}\n")));
        AssertSame(file, file.FullName, fields: (0, 2), rows: 500);
    }

    [TestMethod]
    public void Pipeline_OverOccupancyFile_GivesTheSameValuesInASecondProcess()
    {
        var csv = TestData.Require("occupancy-detection/datatraining.txt");
        using var folder = new TextFile("");
        AssertSame(folder, csv, fields: (2, 6), rows: 8143);
    }

    private static void AssertSame(TextFile folder, string csv, (int First, int Last) fields, int rows)
    {
        var model = Path.Combine(folder.Folder, "model.zip");
        var saved = Run("save", model, csv, fields);
        var loaded = Run("load", model, csv, fields);
        CollectionAssert.AreEqual(saved, loaded[1..]);
        Assert.AreEqual("schema First Rest", loaded[0]);
        CollectionAssert.Contains(saved, "last PayloadTransformer");
        CollectionAssert.Contains(saved, $"rows {rows}");
        Assert.IsGreaterThan(60 << 20, new FileInfo(model).Length, "The payload of 64 MiB is random, so it does not compress.");
    }

    private static string[] Run(string verb, string model, string csv, (int First, int Last) fields) =>
        OtherProcess.RunBuilt("TinyLlm.MLNet.Reload.dll", verb, model, csv, ",", $"{fields.First}", $"{fields.Last}");
}
