using System.Xml.Linq;

namespace TinyLlm.Trainers.Tests.Reports;

[TestClass]
public sealed class TrainingReportTests
{
    [TestMethod]
    public void ToHtml_Run_ShowsItsCurvesAndItsBest()
    {
        var history = new TrainingHistory(
            [.. Enumerable.Range(1, 40).Select(step => new TrainingPoint(step, 4.0 / step, 1e-3, 1, step % 10 == 0 ? 5.0 / step : null))],
            stoppedEarly: true);
        var html = XElement.Parse(history.ToHtml());
        Assert.HasCount(
            7, html.Descendants("polyline").ToArray(), "Training loss, learning rate and norm with what is behind them; validation loss.");
        Assert.AreEqual(
            "40 steps, stopped early: the last loss is 0.1000 nats per token; the best validation loss is 0.1250 (perplexity 1.13) at step 40.",
            html.Descendants("p").First().Value);
    }

    [TestMethod]
    public void SaveReport_NoSteps_SaysSo()
    {
        using var folder = new TemporaryFolder();
        new TrainingHistory([], stoppedEarly: false).SaveReport(folder.PathOf("run.html"), "A < B");
        StringAssert.Contains(File.ReadAllText(folder.PathOf("run.html")), "<h1>A &lt; B</h1><p class=\"verdict\">No step was taken.</p>");
    }
}
