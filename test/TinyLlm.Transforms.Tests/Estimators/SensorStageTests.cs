using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms.Tests.Estimators;

[TestClass]
public sealed class SensorStageTests
{
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void CutWindows_Contract_Holds()
    {
        var data = Rows();
        EstimatorContract.Check(
            Context.TinyLlm().CutWindows("Window", "Values", length: 3, hop: 2, "Trial", "Label"), data, Without(data, "Trial"));
        EstimatorContract.Check(
            Context.TinyLlm().CutWindows(new SensorWindowingOptions
            {
                InputColumnName = "X",
                TimeColumnName = "Time",
                Windows = new SensorWindowOptions { Length = 2, SampleInterval = 1, Gap = WindowGap.Interpolate },
            }),
            data, Without(data, "X"));
    }

    [TestMethod]
    public void CutWindows_Rows_AreThoseCountedByHand()
    {
        // Trial a has 5 rows, trial b 4: windows of 3 rows, 2 further each time, are rows 0-2 and 2-4 of a, and 0-2 of b.
        var windows = Context.TinyLlm().CutWindows("Window", "Values", length: 3, hop: 2, "Trial", "Label").Fit(Rows()).Transform(Rows());
        CollectionAssert.AreEqual(new[] { "Window", "Trial", "Label" }, windows.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "a", "a", "b" }, windows.GetColumn<string>("Trial").ToArray());
        CollectionAssert.AreEqual(new[] { "tap", "hold", "tap" }, windows.GetColumn<string>("Label").ToArray());
        var values = windows.GetColumn<float[]>("Window").ToArray();
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, -1, 2, -2 }, values[0]);
        CollectionAssert.AreEqual(new float[] { 2, -2, 3, -3, 4, -4 }, values[1]);
        CollectionAssert.AreEqual(new float[] { 5, -5, 6, -6, 7, -7 }, values[2]);
    }

    [TestMethod]
    public void CutWindows_KeyLabels_KeepTheirValues()
    {
        var data = Context.Transforms.Conversion.MapValueToKey("Label").Fit(Rows()).Transform(Rows());
        var windows = Context.TinyLlm()
            .CutWindows("Window", "Values", length: 3, groupColumnName: "Trial", labelColumnName: "Label").Fit(data).Transform(data);
        var back = Context.Transforms.Conversion.MapKeyToValue("Label").Fit(windows).Transform(windows);
        CollectionAssert.AreEqual(new[] { "tap", "tap" }, back.GetColumn<string>("Label").ToArray());
    }

    [TestMethod]
    public void SensorText_Contract_Holds()
    {
        var data = Context.TinyLlm().CutWindows("Window", "Values", length: 2, hop: 1).Fit(Rows()).Transform(Rows());
        EstimatorContract.Check(Context.TinyLlm().SensorText("Text", "Window", "x", "y"), data, Rows());
        var template = new SensorTextOptions
        {
            Template = new SensorTemplateOptions { Channels = [new("x", "g", 1), new("y")], Template = "{x} {y.mean:1} {x.unit}" },
        };
        EstimatorContract.Check(Context.TinyLlm().SensorText(template), data, Rows());
        Assert.AreEqual(
            "0.0 1.0 -0.5 g", Context.TinyLlm().SensorText(template).Fit(data).Transform(data).GetColumn<string>("Text").First());
    }

    [TestMethod]
    public void SensorText_Bins_AreThoseOfThePlainTypeAndOfTrainingRowsOnly()
    {
        var all = Context.TinyLlm().CutWindows("Window", "Values", length: 1).Fit(Rows()).Transform(Rows());
        var train = Context.Data.TakeRows(all, 4);
        var transformer = Context.TinyLlm().SensorText("Text", "Window", "x", "y").Fit(train);
        var plain = SensorBins.Fit(
            train.GetColumn<float[]>("Window").Select(window => (ReadOnlyMemory<float>)window),
            new SensorBinOptions { Channels = ["x", "y"] });
        Assert.AreEqual(plain.ToJson(), transformer.Bins!.ToJson());
        CollectionAssert.AreEqual(
            all.GetColumn<float[]>("Window").Select(window => plain.Format(window)).ToArray(),
            transformer.Transform(all).GetColumn<string>("Text").ToArray());
    }

    [TestMethod]
    public void SensorText_WideRows_AreReadChannelByChannel()
    {
        // x: 1 2, y: 3 4, as files have them: all of a channel before the next.
        var data = Context.Data.LoadFromEnumerable(
            [new Wide { Window = [1, 2, 3, 4] }, new Wide { Window = [5, 6, 7, 8] }, new Wide { Window = [0, 0, 0, 0] }]);
        var options = new SensorTextOptions
        {
            ChannelsFirst = true,
            Template = new SensorTemplateOptions { Channels = [new("x", Decimals: 0), new("y", Decimals: 0)], Template = "{x}|{y}" },
        };
        CollectionAssert.AreEqual(
            new[] { "1 2|3 4", "5 6|7 8", "0 0|0 0" },
            Context.TinyLlm().SensorText(options).Fit(data).Transform(data).GetColumn<string>("Text").ToArray());
    }

    [TestMethod]
    public void Fit_Mistakes_SayWhatToDo()
    {
        var tiny = Context.TinyLlm();
        var rows = Rows();
        Expect<ArgumentOutOfRangeException>(
            "CutWindows needs the column 'Feature', which is missing. The schema has: Trial, Label, Time, X, Values.",
            () => tiny.CutWindows("W", "Feature").Fit(rows));
        Expect<ArgumentOutOfRangeException>(
            "CutWindows needs column 'Trial' of type Single or a known-size vector of it, and it is of type String",
            () => tiny.CutWindows("W", "Trial").Fit(rows));
        Expect<ArgumentException>(
            "Windows have a sample interval, and TimeColumnName is not set",
            () => tiny.CutWindows(new SensorWindowingOptions { Windows = new() { SampleInterval = 1 } }));
        Expect<ArgumentOutOfRangeException>(
            "has 2 values, which is no multiple of the 3 channels", () => tiny.SensorText("Text", "Values", "x", "y", "z").Fit(rows));
        Expect<ArgumentOutOfRangeException>(
            "SensorText needs column 'X' of type known-size vector of Single, and it is of type Single",
            () => tiny.SensorText("Text", "X", "x").Fit(rows));
        Expect<ArgumentException>("neither of Template and Bins is set; one is expected", () => tiny.SensorText(new SensorTextOptions()));
        var windows = tiny.CutWindows("W", "Values").Fit(rows);
        Expect<InvalidOperationException>("cannot map a single row", () => windows.GetRowToRowMapper(rows.Schema));

        static void Expect<TException>(string message, Action action)
            where TException : Exception => StringAssert.Contains(Assert.ThrowsExactly<TException>(action).Message, message);
    }

    private static IDataView Rows()
    {
        var data = Context.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(i => new Row
        {
            Trial = i < 5 ? "a" : "b",
            Label = i is 3 or 4 ? "hold" : "tap",
            Time = i,
            X = i,
            Y = -i,
        }));
        return Context.Transforms.Concatenate("Values", "X", "Y").Append(Context.Transforms.DropColumns("Y")).Fit(data).Transform(data);
    }

    private static IDataView Without(IDataView data, string column) => Context.Transforms.DropColumns(column).Fit(data).Transform(data);

    private sealed class Row
    {
        public string Trial { get; set; } = "";

        public string Label { get; set; } = "";

        public double Time { get; set; }

        public float X { get; set; }

        public float Y { get; set; }
    }

    private sealed class Wide
    {
        [VectorType(4)]
        public float[] Window { get; set; } = [];
    }
}
