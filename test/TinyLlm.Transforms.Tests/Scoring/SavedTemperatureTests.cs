namespace TinyLlm.Transforms.Tests.Scoring;

/// <summary>Pipelines that were saved when the temperature was a number still have it.</summary>
[TestClass]
public sealed class SavedTemperatureTests
{
    [TestMethod]
    public void ClassifyOptions_SavedBeforeAndNow_KeepTheirTemperature()
    {
        var now = new ClassifyOptions { Labels = ["tap", "hold"] };
        Assert.IsNull(now.Temperature);
        var text = SavedJson.Write(now);
        StringAssert.Contains(text, "\"Temperature\":null");
        Assert.IsNull(SavedJson.Read<ClassifyOptions>(text)!.Temperature);
        var saved = text.Replace("\"Temperature\":null", "\"Temperature\":1", StringComparison.Ordinal);
        var before = SavedJson.Read<ClassifyOptions>(saved)!;
        Assert.AreEqual(1.0, before.Temperature);
        before.Validate();
    }
}
