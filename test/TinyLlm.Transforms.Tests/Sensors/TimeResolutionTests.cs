using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms.Tests.Sensors;

/// <summary>Times that their numbers cannot hold apart are refused; none is made up.</summary>
[TestClass]
public sealed class TimeResolutionTests
{
    private static readonly MLContext Context = new(seed: 1);

    // Spacings of 32-bit numbers: 128 at 1.7e9, 0.125 at 1.7e6, 0.0078 at 70,000, 0.0039 at 40,000.
    [TestMethod]
    [DataRow(1718000000.0, 1.0, "128")]
    [DataRow(1718000.0, 1.0, "0.125")]
    [DataRow(70000.0, 0.02, "0.0078125")]
    [DataRow(-70000.0, 0.02, "0.0078125")]
    public void CutWindows_SingleTimesTooCoarse_NamesTheRemedy(double begin, double interval, string apart)
    {
        foreach (var windows in new[]
        {
            Every(interval) with { Gap = WindowGap.Interpolate }, Every(interval), Every(null) with { MaximumGap = interval },
        })
        {
            var needed = windows.SampleInterval is null ? "a longest gap" : "a sample interval";
            Assert.AreEqual(
                FormattableString.Invariant($"Row 0 of the stream has the time {(double)(float)begin}, where numbers of 32 bits are ")
                + FormattableString.Invariant($"{apart} apart, too coarse for {needed} of {interval}; read the column as DataKind.Double."),
                Assert.ThrowsExactly<InvalidDataException>(() => Cut(Singles(begin, interval), windows)).Message);
        }
    }

    [TestMethod]
    [DataRow(1718000000.0, 1.0)]
    [DataRow(1718000000.0, 0.001)]
    [DataRow(0.0, 0.02)]
    public void CutWindows_DoubleTimes_AreToldApart(double begin, double interval)
    {
        var found = Cut(
            Context.Data.LoadFromEnumerable(
                Enumerable.Range(0, 20).Select(i => new InDouble { Time = begin + (i * interval), X = i }).ToList()),
            Every(interval));
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4 }, found[0]);
        Assert.HasCount(4, found);
    }

    [TestMethod]
    public void CutWindows_SingleTimesFineEnough_AreCut() => Assert.HasCount(4, Cut(Singles(100, 0.02), Every(0.02)));

    // 64-bit numbers are 2 apart at 1e16: nanoseconds since 1970 are no times for microseconds either, but are for 100 ns.
    [TestMethod]
    public void Cut_DoubleTimesTooCoarse_NamesTheRemedy()
    {
        var rows = Enumerable.Range(0, 9).Select(i => new SensorRow<int, int>(0, 1e16 + (2 * i), new float[] { i }, 0));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(
                () => SensorWindower.Cut(rows, 1, new SensorWindowOptions { Length = 3, Hop = 3, SampleInterval = 2 }).Count()).Message,
            "where numbers of 64 bits are 2 apart, too coarse for a sample interval of 2; count times from the first row's");
        Assert.AreEqual(3, SensorWindower.Cut(
            Enumerable.Range(0, 9).Select(i => new SensorRow<int, int>(0, 1e16 + (100 * i), new float[] { i }, 0)), 1,
            new SensorWindowOptions { Length = 3, Hop = 3, SampleInterval = 100 }).Count());
    }

    private static SensorWindowOptions Every(double? interval) => new() { Length = 5, Hop = 5, SampleInterval = interval };

    private static IDataView Singles(double begin, double interval) => Context.Data.LoadFromEnumerable(
        Enumerable.Range(0, 20).Select(i => new InSingle { Time = (float)(begin + (i * interval)), X = i }).ToList());

    private static float[][] Cut(IDataView rows, SensorWindowOptions windows)
    {
        var options = new SensorWindowingOptions { InputColumnName = "X", TimeColumnName = "Time", Windows = windows };
        return [.. Context.TinyLlm().CutWindows(options).Fit(rows).Transform(rows).GetColumn<float[]>("Window")];
    }

    private sealed class InSingle
    {
        public float Time { get; set; }

        public float X { get; set; }
    }

    private sealed class InDouble
    {
        public double Time { get; set; }

        public float X { get; set; }
    }
}
