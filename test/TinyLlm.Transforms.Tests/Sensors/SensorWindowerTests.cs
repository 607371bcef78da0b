using System.Globalization;

namespace TinyLlm.Transforms.Tests.Sensors;

[TestClass]
public sealed class SensorWindowerTests
{
    [TestMethod]
    [DataRow(3, 3)]
    [DataRow(3, 1)]
    [DataRow(4, 2)]
    [DataRow(2, 5)]
    public void Cut_PlainRows_AreTheSlicesOfEachGroup(int length, int hop)
    {
        // The oracle: group by hand, then skip and take.
        var random = new Random(1);
        var rows = new List<SensorRow<string, int>>();
        for (var group = 0; group < 30; group++)
        {
            for (int i = 0, count = random.Next(1, 20); i < count; i++)
                rows.Add(new($"g{group}", 0, new float[] { rows.Count, -rows.Count }, random.Next(3)));
        }

        var expected = new List<string>();
        foreach (var group in rows.GroupBy(row => row.Group))
        {
            for (var start = 0; start + length <= group.Count(); start += hop)
            {
                var slice = group.Skip(start).Take(length).ToArray();
                var most = slice.GroupBy(row => row.Label).OrderByDescending(labels => labels.Count())
                    .ThenByDescending(labels => Array.FindLastIndex(slice, row => row.Label == labels.Key)).First().Key;
                expected.Add(
                    $"{group.Key} {start} {most}: {string.Join(' ', slice.Select(row => $"{row.Values.Span[0]} {row.Values.Span[1]}"))}");
            }
        }

        var found = SensorWindower.Cut(rows, 2, new SensorWindowOptions { Length = length, Hop = hop })
            .Select(window => $"{window.Group} {window.FirstSample} {window.Label}: {string.Join(' ', window.Values.ToArray())}").ToArray();
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    public void Cut_OlderPeopleRfid_CountsAsByHand()
    {
        // Every trial is a file; floor((rows - 50) / 25) + 1 windows each where a trial has 50 rows.
        var files = Directory.GetFiles(TestData.Require("older-people-rfid/S1_Dataset"), "d*").Order(StringComparer.Ordinal).ToArray();
        var lengths = files.Select(file => File.ReadLines(file).Count()).ToArray();
        Assert.AreEqual((60, 52_482), (files.Length, lengths.Sum()));
        var rows = files.SelectMany(
            file => File.ReadLines(file).Select(line => line.Split(',')).Select(fields => new SensorRow<string, string>(
            Path.GetFileName(file), Number(fields[0]),
                new[] { (float)Number(fields[1]), (float)Number(fields[2]), (float)Number(fields[3]) }, fields[8])));
        var counts = SensorWindower.Cut(rows, 3, new SensorWindowOptions { Length = 50, Hop = 25 }).CountBy(
            window => window.Group).ToDictionary();
        for (var i = 0; i < files.Length; i++)
            Assert.AreEqual(
                lengths[i] < 50 ? 0 : ((lengths[i] - 50) / 25) + 1, counts.GetValueOrDefault(Path.GetFileName(files[i])), files[i]);
    }

    [TestMethod]
    public void Cut_LastLabel_IsTheLastRows() => CollectionAssert.AreEqual(
        new[] { "b" },
        SensorWindower.Cut(
            Rows((0, 1, "a"), (1, 2, "a"), (2, 3, "b")), 1, new SensorWindowOptions { Length = 3, Label = WindowLabel.Last }).Select(
            window => window.Label).ToArray());

    [TestMethod]
    public void Cut_Interpolated_LiesOnTheLinesBetweenRows()
    {
        // Times 0, 1, 2.5, 4 and values 0, 10, 25, 10: on the way up 10 for each unit of time, down the same.
        var rows = Rows((0, 0, "a"), (1, 10, "a"), (2.5, 25, "b"), (4, 10, "c"));
        var windows = Describe(rows, new SensorWindowOptions { Length = 1, SampleInterval = 1, Gap = WindowGap.Interpolate });
        CollectionAssert.AreEqual(new[] { "0:0 a", "1:10 a", "2:20 b", "3:20 b", "4:10 c" }, windows);
        windows = Describe(rows, new SensorWindowOptions { Length = 1, SampleInterval = 1, Gap = WindowGap.Interpolate, MaximumGap = 1 });
        CollectionAssert.AreEqual(
            new[] { "0:0 a", "1:10 a", "0:25 b", "0:10 c" }, windows, "Behind a gap that is too long, windows begin anew.");
    }

    [TestMethod]
    public void Cut_InterpolatedAtTheRows_AreTheRows()
    {
        var rows = Enumerable.Range(0, 1000).Select(
            i => new SensorRow<int, string>(i / 100, i * 0.1, new[] { i == 7 ? float.NaN : i * 3f }, "a")).ToArray();
        var options = new SensorWindowOptions { Length = 10, SampleInterval = 0.1, Gap = WindowGap.Interpolate };
        var values = SensorWindower.Cut(rows, 1, options).SelectMany(window => window.Values.ToArray()).ToArray();
        CollectionAssert.AreEqual(rows.Select(row => row.Values.Span[0]).ToArray(), values);
    }

    [TestMethod]
    public void Cut_BadRows_AreNamed()
    {
        var timed = new SensorWindowOptions { Length = 2, SampleInterval = 1 };
        Expect(Rows((0, 0, "a"), (1, 0, "a"), (3, 0, "a")), timed,
            "Row 2 of the stream comes 2 after the row before, and the sample interval is 1; choose WindowGap.Interpolate.");
        Expect(Rows((5, 0, "a"), (4, 0, "a")), timed with { Gap = WindowGap.Interpolate },
            "Row 1 of the stream has the time 4, and the row before 5; times must not fall within a group.");
        Expect(Rows((double.NaN, 0, "a")), timed, "Row 0 of the stream has the time NaN");
        Expect([new(1, 0, new float[2], "a")], timed, "Row 0 of the stream has 2 values; 1 are expected, one for each channel.");

        static void Expect(SensorRow<int, string>[] rows, SensorWindowOptions options, string message) => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => SensorWindower.Cut(rows, 1, options).Count()).Message, message);
    }

    [TestMethod]
    public void FromWide_ChannelAfterChannel_IsTransposed()
    {
        var window = new float[6];
        SensorWindower.FromWide([1, 2, 3, 10, 20, 30], 2, window);
        CollectionAssert.AreEqual(new float[] { 1, 10, 2, 20, 3, 30 }, window);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => SensorWindower.FromWide(new float[5], 2, new float[5])).Message,
            "5 values, which is no multiple of 2");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => SensorWindower.FromWide(new float[4], 2, new float[5])).Message,
            "room for 5 values, and the row has 4");
    }

    [TestMethod]
    public void Validate_WrongSettings_AreAllReported()
    {
        var options = new SensorWindowOptions
        {
            Length = 0,
            Hop = 0,
            SampleInterval = -1,
            MaximumGap = -2,
            Label = (WindowLabel)9,
            Gap = (WindowGap)9
        };
        var message = Assert.ThrowsExactly<ArgumentException>(() => SensorWindower.Cut<int, int>([], 1, options)).Message;
        foreach (var part in (
            string[])["Length is 0", "Hop is 0", "Label is 9", "Gap is 9", "SampleInterval is -1; a positive time",
            "MaximumGap is -2; at least the SampleInterval, -1,"])
            StringAssert.Contains(message, part);
    }

    private static SensorRow<int, string>[] Rows(params (double Time, float Value, string Label)[] rows) =>
        [.. rows.Select(row => new SensorRow<int, string>(1, row.Time, new[] { row.Value }, row.Label))];

    private static string[] Describe(IEnumerable<SensorRow<int, string>> rows, SensorWindowOptions options) =>
        [.. SensorWindower.Cut(rows, 1, options).Select(
            window => string.Create(CultureInfo.InvariantCulture, $"{window.FirstSample}:{window.Values.Span[0]} {window.Label}"))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
