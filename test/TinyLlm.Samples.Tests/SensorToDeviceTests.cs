using System.Globalization;
using System.Text.RegularExpressions;
using TinyLlm.Samples.Tests.Samples;

namespace TinyLlm.Samples.Tests;

/// <summary>Runs the main sample on files that people have, with a model small enough for a test.</summary>
[TestClass]
public sealed class SensorToDeviceTests
{
    private static readonly string[] Small = ["--layers", "2", "--width", "128", "--steps", "300", "--lora-steps", "60"];

    [TestMethod]
    public void Run_OwnRecording_PrintsTheTableAndWritesModelAndPage()
    {
        using var folder = new TemporaryFolder();
        var said = SampleRun.Run(folder, "SensorToDevice", Small);
        // Nearly everything is right with a full model; this small one must at least be far above the majority class, which is about 25 %.
        Assert.IsGreaterThan(80, Accuracy(said, "F32"), said);
        Assert.IsLessThan(1, Math.Abs(Accuracy(said, "F32") - Accuracy(said, "Q8_0")), "Eight bits lose nothing that counts.");
        string[] told =
            ["majority class", "nearest neighbour", "logistic regression", "macro F1", "balanced", "1,125 windows", "pre-training, ",
                "Tokens per window 96.0", "On the device: "];
        foreach (var expected in told)
            StringAssert.Contains(said, expected);
        Assert.IsTrue(File.Exists(folder.PathOf("sensor-to-device/device-telemetry.gguf")));
        var page = File.ReadAllText(folder.PathOf("sensor-to-device/device-telemetry.html"));
        foreach (var part in new[] { "Confusion matrix (Q8_0)", "SHA-256", "Raspberry Pi 4, estimated", "validation", ">seed<" })
            StringAssert.Contains(page, part);
        Assert.IsTrue(said.All(letter => letter is '\n' or >= ' '), "Nothing is written over in a file.");
        Assert.IsFalse(Directory.Exists(folder.PathOf("sensor-to-device/checkpoints")), "What is done needs no checkpoint.");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "Windows has no signal to send.")]
    public void Run_InterruptedByCtrlC_GoesOnWhereItWas()
    {
        using var folder = new TemporaryFolder();
        Rows(folder.PathOf("rows.csv"));
        string[] arguments = ["--csv", "rows.csv", "--layers", "2", "--width", "64", "--steps", "2000", "--lora-steps", "20"];
        using (var run = SampleRun.Start(folder, "SensorToDevice", arguments))
        {
            run.WaitUntil(() => File.Exists(folder.PathOf("sensor-to-device/checkpoints/pre-training/checkpoint.gguf")));
            run.Signal("INT");
            var (code, errors) = run.End();
            Assert.AreEqual(130, code, errors);
            StringAssert.Contains(errors, "run again with the same options to go on");
        }

        var said = SampleRun.Run(folder, "SensorToDevice", arguments);
        var step = Regex.Match(said, @"pre-training .*2000 steps.*on from step (\d+)");
        Assert.IsTrue(step.Success, said);
        Assert.IsGreaterThan(
            200, int.Parse(step.Groups[1].Value, CultureInfo.InvariantCulture), "The first checkpoint is written at step 200.");
    }

    // Two numbers whose sum tells the label.
    private static void Rows(string path)
    {
        var random = new Random(1);
        using var writer = new StreamWriter(path);
        writer.WriteLine("a,b,label");
        for (var i = 0; i < 400; i++)
        {
            var (a, b) = (random.NextDouble(), random.NextDouble());
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{a:F4},{b:F4},{(a + b > 1 ? "high" : "low")}"));
        }
    }

    private static double Accuracy(string said, string form) =>
        double.Parse(Regex.Match(said, $@"^{form} +([\d.]+) %", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
}
