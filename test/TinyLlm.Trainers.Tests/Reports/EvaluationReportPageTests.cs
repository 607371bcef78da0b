using System.Globalization;
using System.Xml.Linq;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers.Tests.Reports;

/// <summary>What stands on the page, and that its pictures say the same as the evaluations.</summary>
[TestClass]
public sealed class EvaluationReportPageTests
{
    private static readonly string[] Labels = ["idle", "busy", "rare"];

    // 40 windows: 25 idle, 14 busy, one rare.
    private static readonly int[] Actual = [.. Enumerable.Range(0, 40).Select(i => i == 39 ? 2 : i < 25 ? 0 : 1)];

    [TestMethod]
    public void ToHtml_Pictures_StandBeforeTables()
    {
        var html = Report().ToHtml();
        int[] places =
        [
            .. new[]
            {
                "Accuracy on 40 test windows", "Size against accuracy", "Confusion matrix (Q8_0)", "Reliability (Q8_0)",
                "The sensors: windows of each class", "The most confident mistakes", ">Forms of the model<",
                ">Baselines on the same windows<",
                ">Classes (Q8_0)<", ">Pre-training<", ">Machine<",
            }.Select(text => html.IndexOf(text, StringComparison.Ordinal)),
        ];
        CollectionAssert.AreEqual(places.Order().ToArray(), places);
        Assert.AreNotEqual(-1, places[0]);
        StringAssert.Contains(html, "<dt>processor</dt><dd>A &amp; B</dd>");
        StringAssert.Contains(html, "<p>Q8_0 is right on".Replace("<p>", "<p class=\"verdict\">"));
    }

    [TestMethod]
    public void ToHtml_Bars_AreAsLongAsTheAccuracies()
    {
        var report = Report();
        var page = XElement.Parse(report.ToHtml());
        var bars = Svg(page, "accuracy of every form and baseline").Elements("rect").ToArray();
        var evaluations = report.Variants.Select(variant => variant.Evaluation).Concat(report.Baselines).ToArray();
        Assert.HasCount(evaluations.Length, bars);
        var ends = Svg(page, "accuracy of every form and baseline").Elements("line")
            .Where(line => (string)line.Attribute("class")! == "interval" && Number(line, "x1") < Number(line, "x2")).ToArray();
        foreach (var (i, evaluation) in evaluations.Index())
        {
            // Pictures are written to a tenth of a unit, of which a bar has 214.
            Assert.AreEqual(evaluation.Accuracy.Value, Number(bars[i], "width") / AccuracyBars.Length, 0.001, evaluation.Name);
            Assert.AreEqual(evaluation.Accuracy.Lower, (Number(ends[i], "x1") - AccuracyBars.Left) / AccuracyBars.Length, 0.001);
            Assert.AreEqual(evaluation.Accuracy.Upper, (Number(ends[i], "x2") - AccuracyBars.Left) / AccuracyBars.Length, 0.001);
            Assert.AreEqual($"{evaluation.Name}: {evaluation.Accuracy}", bars[i].Value);
        }

        Assert.AreEqual("form exported form baseline", string.Join(' ', bars.Select(bar => (string)bar.Attribute("class")!)));
    }

    [TestMethod]
    public void ToHtml_Sizes_StandInTheOrderOfTheFiles()
    {
        var dots = Svg(XElement.Parse(Report().ToHtml()), "accuracy by size of the file").Elements("circle").ToArray();
        Assert.AreEqual(
            "F32: 13.0 MB|Q8_0: 3.5 MB|Q4_0: 2.0 MB", string.Join('|', dots.Select(dot => dot.Value.Split(',')[0])));
        var (large, middle, small) = (Number(dots[0], "cx"), Number(dots[1], "cx"), Number(dots[2], "cx"));
        Assert.AreEqual(Math.Log(13 / 3.5) / Math.Log(13 / 2.0), (large - middle) / (large - small), 0.001, "By the size's logarithm.");
        Assert.IsLessThan(Number(dots[2], "cy"), Number(dots[1], "cy"), "What is right more often stands higher.");
    }

    [TestMethod]
    public void ToHtml_Matrix_IsOfTheExportedForm()
    {
        var cells = XElement.Parse(Report().ToHtml()).Descendants("table")
            .Single(table => (string?)table.Attribute("class") == "confusion").Descendants("td").ToArray();
        Assert.AreEqual("24 1 0 2 12 0 0 1 0", string.Join(' ', cells.Select(cell => cell.Value)));
        // A class's cells are shaded by their share of it; mistakes in another color.
        Assert.AreEqual("background:rgba(var(--cell), 0.62)", (string)cells[0].Attribute("style")!);
        Assert.AreEqual("background:rgba(var(--miss), 0.65)", (string)cells[7].Attribute("style")!);
        Assert.AreEqual("96.0 %", (string)cells[0].Attribute("title")!);
    }

    [TestMethod]
    public void ToHtml_Reliability_HasADotForEachRangeOfProbabilities()
    {
        var dots = Svg(XElement.Parse(Report().ToHtml()), "how often answers of each probability are right").Elements("circle").ToArray();
        // 36 right ones with 0.95, two of three mistakes of busy and idle with 0.65, the other with 0.95 as the rare one's.
        var expected = new[] { (0.65, 0 / 2.0, 2), (0.95, 36 / 38.0, 38) };
        Assert.HasCount(2, dots);
        foreach (var ((probability, share, count), dot) in expected.Zip(dots))
        {
            Assert.AreEqual(probability, (Number(dot, "cx") - ReliabilityDiagram.Left) / ReliabilityDiagram.Side, 0.001);
            Assert.AreEqual(share, 1 - ((Number(dot, "cy") - ReliabilityDiagram.Top) / ReliabilityDiagram.Side), 0.001);
            StringAssert.Contains(dot.Value, $"(n = {count})");
        }
    }

    [TestMethod]
    public void ToHtml_Windows_OfEachClassAndOfMistakesAreDrawn()
    {
        var page = XElement.Parse(Report().ToHtml());
        foreach (var (label, count) in new[] { ("idle", 3), ("busy", 3), ("rare", 1) })
            Assert.HasCount(count, Svg(page, label).Elements("polyline").ToArray(), "A curve for each window, of the wave.");
        // The windows of a class are spread evenly over it: of 25, numbers 4, 12 and 20, whose level is the number itself.
        Assert.AreEqual(
            "level: 4|level: 12|level: 20", string.Join('|', Svg(page, "idle").Elements("rect").Select(bar => bar.Value)));
        string[] mistakes = [.. page.Descendants("figcaption").Select(caption => caption.Value).Where(text => text.StartsWith("Number"))];
        Assert.AreEqual(
            "Number 25 is idle and was said to be busy, p = 0.950|Number 40 is rare and was said to be busy, p = 0.950|"
            + "Number 26 is busy and was said to be idle, p = 0.650|Number 27 is busy and was said to be idle, p = 0.650",
            string.Join('|', mistakes));
    }

    [TestMethod]
    public void ToHtml_Classes_TellWhatWasLearnedFrom()
    {
        var rows = XElement.Parse(Report().ToHtml()).Descendants("tr");
        string[] all = [.. rows.Select(row => string.Join(' ', row.Elements().Select(cell => cell.Value)))];
        CollectionAssert.Contains(all, "class training windows test windows predicted precision recall F1");
        CollectionAssert.Contains(all, "idle 1,000 25 26 0.923 0.960 0.941");
        CollectionAssert.Contains(all, "rare 0 1 0 0.000 0.000 0.000");
    }

    [TestMethod]
    public void ToHtml_WindowsThatDoNotFit_AreRefused()
    {
        var report = Report();
        var error = Assert.ThrowsExactly<ArgumentException>(() => (report with { Windows = new(["a"], []) }).ToHtml());
        Assert.AreEqual("There are 0 windows of 1 channels for 40 evaluated rows: give a window for each row.", error.Message);
        error = Assert.ThrowsExactly<ArgumentException>(
            () => (report with { Windows = new(["a"], [.. Enumerable.Repeat<float[][]>([[]], 40)]) }).ToHtml());
        StringAssert.StartsWith(error.Message, "Window 0 has 1 channels, or one without samples; 1 channels are expected.");
    }

    [TestMethod]
    public void BalancedAccuracy_Classes_CountAsMuchAsEachOther()
    {
        Assert.AreEqual(((24 / 25.0) + (12 / 14.0) + 0) / 3, Q8().BalancedAccuracy, 1e-12);
        Assert.AreEqual(0.5, ClassificationEvaluation.Of("always", ["a", "b", "c"], [0, 0, 0, 1], [0, 0, 0, 0]).BalancedAccuracy, 1e-12);
    }

    // Of 25 idle ones one is said to be busy, of 14 busy ones two idle, and the rare one busy.
    private static ClassificationEvaluation Q8()
    {
        var predicted = Actual.Select((actual, i) => (int?)(i is 24 or 39 ? 1 : i is 25 or 26 ? 0 : actual)).ToArray();
        return ClassificationEvaluation.Of("Q8_0", Labels, Actual, predicted, [.. Actual.Select((_, i) => i is 25 or 26 ? 0.65 : 0.95)]);
    }

    private static EvaluationReport Report()
    {
        var perfect = ClassificationEvaluation.Of("F32", Labels, Actual, [.. Actual.Select(actual => (int?)actual)]);
        var always = Actual.Select(_ => (int?)0).ToArray();
        return new EvaluationReport
        {
            Title = "Which?",
            Variants =
            [
                new ModelVariant { Name = "F32", FileBytes = 13_000_000, Evaluation = perfect },
                new ModelVariant { Name = "Q8_0", FileBytes = 3_500_000, Evaluation = Q8() },
                new ModelVariant
                {
                    Name = "Q4_0", FileBytes = 2_000_000, Evaluation = ClassificationEvaluation.Of("Q4_0", Labels, Actual, always),
                },
            ],
            Exported = "Q8_0",
            Unit = "windows",
            Baselines = [ClassificationEvaluation.Of("majority class (idle)", Labels, Actual, always)],
            TrainingCounts = [("idle", 1000), ("busy", 500)],
            Windows = new(
                ["level", "wave"],
                [.. Enumerable.Range(0, 40).Select(i => new float[][] { [i], [0, 1, i % 3, 1] })]),
            Trainings = [("Pre-training", new TrainingHistory([new(1, 2, 1e-3, 1, null), new(2, 1, 1e-3, 1, 1.5)], stoppedEarly: false))],
            Sections = [new ReportSection("Machine", [("processor", "A & B")])],
        };
    }

    private static XElement Svg(XElement page, string label) =>
        page.Descendants("svg").First(svg => (string)svg.Attribute("aria-label")! == label);

    private static double Number(XElement element, string attribute) =>
        double.Parse((string)element.Attribute(attribute)!, CultureInfo.InvariantCulture);
}
