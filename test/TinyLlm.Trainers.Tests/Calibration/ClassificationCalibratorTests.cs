namespace TinyLlm.Trainers.Tests.Calibration;

[TestClass]
public sealed class ClassificationCalibratorTests
{
    [TestMethod]
    [DataRow(3.0, 40, 32)] // surer than it is right: σ(3) = 0.95 for 0.8
    [DataRow(0.5, 100, 90)] // less sure
    [DataRow(1.0, 1000, 731)] // about right, as σ(1) = 0.73106
    public void Fit_TwoLabelsAndOneMargin_IsTheClosedForm(double margin, int count, int right)
    {
        // Of all rows one label is likelier by the same margin m; the best temperature makes σ(m/T) the share of rows that are right.
        var accuracy = (double)right / count;
        var expected = margin / Math.Log(accuracy / (1 - accuracy));
        var rows = Enumerable.Range(0, count).Select(i => i % 2 == 0 ? new[] { -5.0, -5 - margin } : [-7 - margin, -7.0]).ToArray();
        var classes = Enumerable.Range(0, count).Select(i => (i % 2) ^ (i < right ? 0 : 1)).ToArray();
        var found = ClassificationCalibrator.Fit(rows, classes);
        Assert.AreEqual(expected, found.Temperature, 1e-9);
        Assert.AreEqual((count, 10), (found.Count, found.BinCount));
        Assert.AreEqual(Math.Abs((1 / (1 + Math.Exp(-margin))) - accuracy), found.ErrorBefore, 1e-9, "All rows are in one bin.");
        Assert.AreEqual(0, found.ErrorAfter, 1e-9);
        Assert.AreEqual(-(accuracy * Math.Log(accuracy)) - ((1 - accuracy) * Math.Log(1 - accuracy)), found.NatsAfter, 1e-9);
        Assert.IsTrue(found.NatsAfter <= found.NatsBefore);
    }

    [TestMethod]
    public void Fit_ManyLabels_IsTheLeastOfAFineGrid()
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, 5).Select(_ => -20 * random.NextDouble()).ToArray()).ToArray();
        var classes = rows.Select(row => random.NextDouble() < 0.6 ? Array.IndexOf(row, row.Max()) : random.Next(5)).ToArray();
        var found = ClassificationCalibrator.Fit(rows, classes);

        // Softmax written out, over temperatures a thousandth apart.
        double Nats(double t) => rows.Zip(classes).Average(row =>
            -Math.Log(Math.Exp(row.First[row.Second] / t) / row.First.Sum(value => Math.Exp(value / t))));
        var best = Enumerable.Range(500, 14_500).Select(i => i / 1000.0).MinBy(Nats);
        Assert.AreEqual(best, found.Temperature, 1e-3);
        Assert.AreEqual(Nats(found.Temperature), found.NatsAfter, 1e-9);
        Assert.AreEqual(Nats(1), found.NatsBefore, 1e-9);
    }

    [TestMethod]
    public void Fit_WithoutAMinimum_StaysAtTheEnds()
    {
        var rows = Enumerable.Range(0, 20).Select(i => new[] { -1.0 - (i % 2), -2.0 + (i % 2) }).ToArray();
        var right = Enumerable.Range(0, 20).Select(i => i % 2).ToArray();
        Assert.AreEqual(ClassificationCalibrator.LeastTemperature, ClassificationCalibrator.Fit(rows, right).Temperature);
        Assert.AreEqual(
            ClassificationCalibrator.MostTemperature, ClassificationCalibrator.Fit(rows, [.. right.Select(i => 1 - i)]).Temperature);
        var alike = Enumerable.Repeat(new[] { -3.0, -3.0 }, 20).ToArray();
        Assert.AreEqual(1, ClassificationCalibrator.Fit(alike, right).Temperature, "No temperature is better than another.");
    }

    [TestMethod]
    public void Fit_RowsThatDoNotDo_AreNamed()
    {
        var rows = Enumerable.Repeat(new[] { -1.0, -2.0 }, 20).ToArray();
        var classes = Enumerable.Range(0, 20).Select(i => i % 2).ToArray();
        Expect("20 rows have log-likelihoods and 19 a class.", rows, classes[1..]);
        Expect("There are 19 rows, and a temperature needs at least 20 that were held out.", rows[1..], classes[1..]);
        Expect("All 20 rows are of class 0; a temperature needs rows of at least two classes.", rows, new int[20]);
        Expect("Row 3 has class 2; classes are 0 to 1.", rows, [.. classes.Select((index, row) => row == 3 ? 2 : index)]);
        Expect("Row 1 has 1 log-likelihoods; 2 are expected.", [rows[0], [-1.0], .. rows[2..]], classes);
        foreach (var number in new[] { double.NaN, double.NegativeInfinity })
            Expect("Row 2 has a log-likelihood that is not finite.", [.. rows[..2], [-1.0, number], .. rows[3..]], classes);

        static void Expect(string message, double[][] rows, int[] classes) => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => ClassificationCalibrator.Fit(rows, classes)).Message, message);
    }

    [TestMethod]
    public void ToString_Calibration_HasErrorsRowsAndBins() => Assert.AreEqual(
        "temperature 1.44 from 120 rows: calibration error 0.081 before and 0.012 after (10 bins)",
        new ClassificationCalibration(1.4427, 120, 10, 0.0808, 0.0123, 0.6, 0.5).ToString());
}
