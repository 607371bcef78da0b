using System.Collections.Immutable;
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
        // Six rows lost of ten: p₁₂ = 1/12 and p₂₁ = 7/12, −0.5 ± 1.96 √((8/12 − 0.25)/12); and 2/2⁶.
        var report = Report(model: 2, baseline: 8);
        Assert.AreEqual(
            "A baseline is better: nearest neighbour is right on 80.0 % [49.0, 94.3] (n = 10), and Q8_0 is right on 20.0 % [5.7, 51.0] "
            + "(n = 10) of the test rows, −60.0 points [−86.5, −13.5], McNemar's p = 0.031.",
            report.Verdict);
        StringAssert.Contains(report.ToHtml(), "<p class=\"verdict beaten\">");
        StringAssert.Contains((Report(8, 7) with { Baselines = [] }).Verdict, "there is no baseline");
    }

    [TestMethod]
    public void Verdict_DifferenceThatMayBeChance_CallsNeitherBetter()
    {
        var report = Report(model: 6, baseline: 7);
        Assert.AreEqual(
            "Q8_0 is right on 60.0 % [31.3, 83.2] (n = 10) of the test rows; the best baseline, nearest neighbour, on 70.0 % [39.7, 89.2] "
            + "(n = 10): neither is shown to be better, −10.0 points [−36.2, 19.6], McNemar's p = 1.",
            report.Verdict);
        StringAssert.Contains(report.ToHtml(), "<p class=\"verdict\">");
        StringAssert.Contains(
            Report(model: 10, baseline: 2).Verdict,
            "Q8_0 is right on 100.0 % [72.2, 100.0] (n = 10) of the test rows, and is better than the best baseline, majority class, on "
            + "50.0 % [23.7, 76.3] (n = 10), +50.0 points [5.5, 77.9], McNemar's p = 0.062.");
    }

    [TestMethod]
    public void Verdict_RowsInGroups_HasTheirNumberAndIntervals()
    {
        // Ten sessions of ten rows; the form loses three sessions, 30 rows of 100, and then all but one.
        string[] sessions = [.. Enumerable.Range(0, 100).Select(row => $"{row / 10}")];
        ModelVariant Variant(string name, int lost) => new()
        {
            Name = name,
            FileBytes = 1,
            Evaluation = ClassificationEvaluation.Of(
                name, Labels, new int[100], [.. Enumerable.Range(0, 100).Select(row => (int?)(row / 10 < lost ? 1 : 0))], groups: sessions),
        };
        var report = Report(1, 1) with { Baselines = [], Variants = [Variant("F32", 2), Variant("Q4_0", 3), Variant("Q2_K", 9)] };
        Assert.IsTrue(Regex.IsMatch(
            report.Verdict,
            @"^F32 is right on 80\.0 % \[\d+\.\d, 100\.0\] \(n = 100 in 10 groups\) of the test rows; "
            + @"there is no baseline to compare with\. "
            + @"Q4_0 changes accuracy by −10\.0 points \[−30\.0, 0\.0\] \(0 rows won, 10 lost\)\. "
            + @"Q2_K is worse: it changes accuracy by −70\.0 points \[−\d+\.0, −\d+\.0\] \(0 rows won, 70 lost\)\.$"), report.Verdict);
    }

    [TestMethod]
    public void Variants_None_IsRefused()
    {
        var report = Report(model: 8, baseline: 7);
        foreach (var none in new ImmutableArray<ModelVariant>[] { [], default })
        {
            StringAssert.StartsWith(
                Assert.ThrowsExactly<ArgumentException>(() => report with { Variants = none }).Message,
                "Variants is empty; a report is over at least one form of the model.");
        }
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
            " Q4_0 changes accuracy by −20.0 points [−47.9, 14.6] (0 rows won, 2 lost, McNemar's p = 0.5) and perplexity by +2.00 %."
            + " Q4_K_M changes accuracy by 0.0 points [−23.1, 23.1] (0 rows won, 0 lost, McNemar's p = 1).");
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
        StringAssert.StartsWith(error.Message, "Variants is empty; a report is over at least one form of the model.");
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
