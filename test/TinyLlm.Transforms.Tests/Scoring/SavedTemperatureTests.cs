using System.Text.Json;

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
        var text = JsonSerializer.Serialize(now);
        StringAssert.Contains(text, "\"Temperature\":null");
        Assert.IsNull(JsonSerializer.Deserialize<ClassifyOptions>(text)!.Temperature);
        var before = JsonSerializer.Deserialize<ClassifyOptions>(text.Replace("\"Temperature\":null", "\"Temperature\":1", StringComparison.Ordinal))!;
        Assert.AreEqual(1.0, before.Temperature);
        before.Validate();
    }
}
