using System.Text.RegularExpressions;
using System.Xml.Linq;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers.Tests.Reports;

[TestClass]
public sealed class EvaluationReportTests
{
    private static readonly string[] Labels = ["idle", "<b>busy</b>"];

    [TestMethod]
    public void Verdict_BeatenModel_SaysSoFirst()
    {
        var report = Report(model: 6, baseline: 7);
        Assert.AreEqual(
            "A baseline is better: nearest neighbour is right on 70.0 % [39.7, 89.2] (n = 10), and Q8_0 is right on 60.0 % [31.3, 83.2] "
            + "(n = 10) of the test rows.",
            report.Verdict);
        StringAssert.StartsWith(Report(model: 8, baseline: 7).Verdict, "Q8_0 is right on 80.0 %");
        StringAssert.Contains(Report(model: 8, baseline: 7).Verdict, "the best baseline, nearest neighbour, on 70.0 %");
        StringAssert.Contains((Report(8, 7) with { Baselines = [] }).Verdict, "there is no baseline");
    }

    [TestMethod]
    public void Verdict_FurtherForms_SayWhatTheyChange()
    {
        var report = Report(model: 8, baseline: 7);
        report = report with
        {
            Variants =
            [
                .. report.Variants,
                new ModelVariant
                {
                    Name = "Q4_0", FileBytes = 1, Evaluation = Evaluation("Q4_0", 6), Perplexity = 1.53, BufferBytes = 2_500_000,
                    Divergence = new DivergenceResult(9, 0.4, 0.42, Mean: 0.01234, StandardError: 0.0021, 0.1, 0.2, SameTopShare: 0.985),
                },
                new ModelVariant { Name = "Q4_K_M", FileBytes = 1, Evaluation = Evaluation("Q4_K_M", 8) },
            ],
        };
        StringAssert.EndsWith(
            report.Verdict,
            " Q4_0 changes accuracy by −20.0 points (0 rows won, 2 lost) and perplexity by +2.00 %."
            + " Q4_K_M changes accuracy by 0.0 points (0 rows won, 0 lost).");
        foreach (var cell in new[] { ">0.012 &#177; 0.002</td>", ">98.5 %</td>", ">memory<", ">2.5 MB</td>", ">–</td>" })
            StringAssert.Contains(report.ToHtml(), cell);
    }

    [TestMethod]
    public void Save_Page_StandsAlone()
    {
        using var folder = new TemporaryFolder();
        Report(model: 6, baseline: 7).Save(folder.PathOf("reports/page.html"));
        var page = File.ReadAllText(folder.PathOf("reports/page.html"));
        Assert.IsFalse(Regex.IsMatch(page, "https?:|src=|<script|<link|@import|url\\("), "The page asks for something from elsewhere.");
        StringAssert.StartsWith(page, "<!DOCTYPE html>");
        Assert.IsFalse(page.Contains("<b>busy"), "A label became markup.");
        StringAssert.Contains(page, "&lt;b&gt;busy");
        StringAssert.Contains(page, "prefers-color-scheme: dark");
        Assert.IsFalse(page.Contains(">memory<"), "What nobody measured has no column.");
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.PathOf("reports")));
    }

    [TestMethod]
    public void ToHtml_Fragments_AreWellFormed()
    {
        var report = Report(model: 6, baseline: 7);
        var chart = LineChart.Draw("step", "loss", ("training", [(1, 3.2), (2, 2.1), (3, double.NaN), (4, 1.9)]));
        foreach (var html in new[] { report.ToHtml(), report.Variants[0].Evaluation.ToHtml(), $"<div>{chart}</div>" })
            Assert.AreEqual("div", XElement.Parse(html).Name.LocalName);
    }

    [TestMethod]
    public void Verdict_FormsThatAreNotThere_AreRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => (Report(8, 7) with { Exported = "Q5_0" }).Verdict);
        Assert.AreEqual("Exported is 'Q5_0'; the forms are Q8_0.", error.Message);
        error = Assert.ThrowsExactly<ArgumentException>(() => (Report(8, 7) with { Variants = [] }).ToHtml());
        Assert.AreEqual("The report has no form of a model: Variants is empty.", error.Message);
    }

    private static EvaluationReport Report(int model, int baseline) => new()
    {
        Title = "A & B",
        Variants = [new ModelVariant { Name = "Q8_0", FileBytes = 1234567, Evaluation = Evaluation("Q8_0", model), Perplexity = 1.5 }],
        Baselines = [Evaluation("majority class", 5), Evaluation("nearest neighbour", baseline)],
        Remarks = ["Rows of one session stand on one side of the split."],
    };

    private static ClassificationEvaluation Evaluation(string name, int right) =>
        ClassificationEvaluation.Of(
            name, Labels, [.. Enumerable.Repeat(0, 10)], [.. Enumerable.Range(0, 10).Select(i => (int?)(i < right ? 0 : 1))]);
}
