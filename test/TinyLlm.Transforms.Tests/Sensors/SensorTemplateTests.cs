using System.Globalization;

namespace TinyLlm.Transforms.Tests.Sensors;

[TestClass]
public sealed class SensorTemplateTests
{
    private static readonly SensorTemplateOptions Two = new() { Channels = [new("t", "°C", 1), new("x")] };

    // [3 samples, 2 channels]
    private static readonly float[] Window = [20.04f, 1, 20.5f, -1, 21.26f, float.NaN];

    [TestMethod]
    public void Format_Default_IsALineForEachChannel() =>
        Assert.AreEqual("t: 20.0 20.5 21.3 °C\nx: 1.00 -1.00 ?", new SensorTemplate(Two).Format(Window));

    [TestMethod]
    public void Format_Statistics_AreThoseByHand() => Assert.AreEqual(
        "{20.6 °C} 20.04..21.26, +0.610; x 0 of 1.00, -2.0",
        new SensorTemplate(
            Two with { Template = "{{{t.mean} {t.unit}}} {t.min:2}..{t.max:2}, +{t.slope:3}; x {x.mean:0} of {x.std}, {x.slope:1}" })
            .Format(Window));

    [TestMethod]
    public void Format_SampleInterval_MakesSlopesAndFrequenciesPerSecond()
    {
        var options = new SensorTemplateOptions { Channels = [new("a")], Template = "{a.frequency}", SampleInterval = 0.1 };
        Assert.AreEqual("2.50", new SensorTemplate(options).Format([0, 1, 0, -1, 0, 1, 0, -1]));
        Assert.AreEqual("10.00", new SensorTemplate(options with { Template = "{a.slope}" }).Format([1, 2, 3]));
    }

    [TestMethod]
    public void Format_AnyCulture_IsTheSame()
    {
        var text = new SensorTemplate(Two).Format(Window);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.AreEqual(text, new SensorTemplate(Two).Format(Window));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [TestMethod]
    public void Format_OnlyMissingOrExtremeValues_IsDefined()
    {
        var options = new SensorTemplateOptions
        {
            Channels = [new("a", Decimals: 0)],
            Template = "{a.mean} {a.min} {a.max} {a.std} {a.slope} {a.frequency}"
        };
        Assert.AreEqual("? ? ? ? ? ?", new SensorTemplate(options).Format([float.NaN, float.NaN]));
        Assert.AreEqual("? ? ? ? ? ?", new SensorTemplate(options).Format([]));
        Assert.AreEqual("5 5 5 0 0 0", new SensorTemplate(options).Format([5]));
        Assert.AreEqual("0", new SensorTemplate(options with { Template = "{a}" }).Format([-0.4f]), "Zero has no sign.");
        Assert.AreEqual(39, new SensorTemplate(options with { Template = "{a}" }).Format([float.MaxValue]).Length);
    }

    [TestMethod]
    public void DominantFrequency_Signals_IsThatOfTheDiscreteFourierTransform()
    {
        var random = new Random(2);
        for (var round = 0; round < 100; round++)
        {
            var values = Enumerable.Range(0, random.Next(2, 70)).Select(_ => random.NextDouble()).ToArray();
            var mean = values.Average();
            // The oracle: the sums of the transform as they are defined.
            var best = Enumerable.Range(1, values.Length / 2).MaxBy(k =>
            {
                var sum = values.Select(
                    (value, i) => (value - mean) * System.Numerics.Complex.Exp(new(0, -2 * Math.PI * k * i / values.Length))).Aggregate(
                    (a, b) => a + b);
                return sum.Magnitude;
            });
            Assert.AreEqual((double)best / values.Length, SensorStatistics.DominantFrequency(values));
        }

        Assert.AreEqual(0, SensorStatistics.DominantFrequency([.. Enumerable.Repeat(0.1, 50)]), "Constant values do not swing.");
        Assert.AreEqual(0.5, SensorStatistics.DominantFrequency([1, -1]));
        Assert.AreEqual(0.25, SensorStatistics.DominantFrequency([0, 1, 0, -1, 0, double.NaN, 0, -1]));
    }

    [TestMethod]
    public void Validate_WrongSettings_AreAllReported()
    {
        Expect(Two with { Template = "{y} {x.median} {x:12} }" }, "{y} names no channel; there are t, x",
            "{x.median} asks for 'median'; there are mean, min", "{x:12} has the decimals '12'",
            "the '}' at 22 of the template closes nothing");
        Expect(Two with { Template = "{t" }, "the '{' at 0 of the template is not closed");
        Expect(new SensorTemplateOptions { Channels = [new("a.b"), new("c", Decimals: 10), new("c")], SampleInterval = 0 },
            "the channel name 'a.b'", "'c' has 10 decimals", "'c' is given 2 times", "SampleInterval is 0");
        Expect(new SensorTemplateOptions { Channels = [] }, "there are no channels");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new SensorTemplate(Two).Format(new float[3])).Message,
            "3 values, which is no multiple of its 2 channels");

        static void Expect(SensorTemplateOptions options, params string[] parts)
        {
            var message = Assert.ThrowsExactly<ArgumentException>(() => _ = new SensorTemplate(options)).Message;
            foreach (var part in parts)
                StringAssert.Contains(message, part);
        }
    }
}
