namespace TinyLlm.Samples.Tests.Samples;

/// <summary>Starts samples with paths that are not there, or lead to something else, as people do.</summary>
[TestClass]
public sealed class WrongPathTests
{
    [TestMethod]
    [DataRow("RunGguf", "no-such-model.gguf", "no-such-model.gguf")]
    [DataRow("RunGguf", "a-file", "magic")]
    [DataRow("03-TrainTokenizer.cs", "no-such-folder", "no-such-folder")]
    [DataRow("04-Pretrain.cs", "out no-such-folder", "no-such-folder")]
    [DataRow("05-LoraFineTune.cs", "a-file", "a-file")]
    [DataRow("06-QuantizeAndCompare.cs", "no-such-model.gguf", "no-such-model.gguf")]
    [DataRow("06-QuantizeAndCompare.cs", "a-file", "magic")]
    [DataRow("07-PredictiveText.cs", "no-such-model.gguf", "no-such-model.gguf")]
    [DataRow("07-PredictiveText.cs", "a-file", "magic")]
    [DataRow("08-LogAnomaly.cs", "no-such-folder", "no-such-folder")]
    [DataRow("WebApi", "--model=no-such-model.gguf", "There is no model at 'no-such-model.gguf'.")]
    [DataRow("WebApi", "--model=a-file", "magic")]
    public void Sample_WrongPath_SaysWhatIsWrongAndEndsWith1(string sample, string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("a-file"), "no folder");
        using var run = SampleRun.Start(folder, sample, arguments.Split(' '));
        var (code, errors) = run.End();
        Assert.AreEqual(1, code, run.Output);
        StringAssert.Contains(errors, expected);
        Assert.HasCount(1, errors.TrimEnd().Split('\n'), "One line says it; a stack trace helps nobody.");
    }
}
