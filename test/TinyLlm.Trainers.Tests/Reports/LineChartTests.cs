using System.Globalization;
using System.Xml.Linq;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers.Tests.Reports;

[TestClass]
public sealed class LineChartTests
{
    [TestMethod]
    public void Draw_ManyPoints_AreSmoothedWithTheRawValuesBehind()
    {
        var falling = Enumerable.Range(0, 10_000).Select(i => ((double)i, 5.0 - (i / 2500.0) + (i % 2 == 0 ? 0.5 : -0.5)));
        var (raw, curve) = Points(LineChart.Draw("step", "loss", ("training", [.. falling]))) is [var first, var second]
            ? (first, second)
            : throw new AssertFailedException("Two curves are expected.");
        Assert.AreEqual("raw line-a", raw.Style);
        Assert.AreEqual("curve line-a", curve.Style);
        Assert.IsTrue(curve.Points.Length is > 250 and <= 400, $"{curve.Points.Length}");
        Assert.IsTrue(
            curve.Points.Zip(curve.Points.Skip(1)).All(pair => pair.First[0] < pair.Second[0] && pair.First[1] <= pair.Second[1] + 0.1),
            "A falling curve goes right and down.");
        Assert.AreEqual("", LineChart.Draw("step", "loss", ("training", [])));
    }

    [TestMethod]
    public void Draw_FewPoints_AreMarkedAndReachTheEndsOfTheAxes()
    {
        var chart = LineChart.Draw("step", "loss", ("training", [(100, 3), (150, 2), (200, 1)]), ("validation", [(200, 2.5)]));
        var points = Points(chart)[0].Points;
        // The axes go from 56 to 404 and from 194 up to 12.
        Assert.AreEqual("56 12 230 103 404 194", string.Join(' ', points.SelectMany(p => p)));
        var dots = XElement.Parse($"<div>{chart}</div>").Descendants("circle").ToArray();
        Assert.HasCount(4, dots);
        Assert.AreEqual("validation 2.5 at 200", dots[^1].Value, "One point is seen, too.");
        Assert.AreEqual("fill-b", (string)dots[^1].Attribute("class")!);
    }

    [TestMethod]
    [DataRow(0.0, 10.0, "0 2 4 6 8 10")]
    [DataRow(1.37, 3.92, "2 3")]
    [DataRow(-0.3, 0.3, "-0.2 0 0.2")]
    [DataRow(5.0, 5.0, "5")]
    public void TicksWithin_Range_AreRoundAndInsideIt(double least, double most, string expected) => Assert.AreEqual(
        expected, string.Join(' ', LineChart.TicksWithin(least, most).Select(tick => FormattableString.Invariant($"{tick:G4}"))));

    [TestMethod]
    public void Smooth_Values_AreTheMeansOfTheirNeighbours()
    {
        var random = new Random(4);
        var points = Enumerable.Range(0, 200).Select(i => ((double)i, random.NextDouble())).ToArray();
        var smooth = LineChart.Smooth(points);
        // Four on each side of 200, as far as there are some.
        foreach (var (i, first, last) in new[] { (0, 0, 4), (2, 0, 6), (100, 96, 104), (197, 193, 199), (199, 195, 199) })
            Assert.AreEqual(points[first..(last + 1)].Average(point => point.Item2), smooth[i].Y, 1e-12, $"{i}");
    }

    private static (string Style, double[][] Points)[] Points(string chart) =>
    [
        .. XElement.Parse($"<div>{chart}</div>").Descendants("polyline").Select(line => (
            (string)line.Attribute("class")!,
            ((string)line.Attribute("points")!).Split(' ')
                .Select(p => p.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray()).ToArray())),
    ];
}
