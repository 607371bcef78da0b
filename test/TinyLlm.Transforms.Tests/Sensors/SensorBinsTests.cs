using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Transforms.Tests.Tokenization;

namespace TinyLlm.Transforms.Tests.Sensors;

[TestClass]
public sealed class SensorBinsTests
{
    // One channel from 0 to 8 in four bins: 0-2 a, 2-4 b, 4-6 c, 6-8 d.
    private static readonly SensorBinOptions One = new() { Channels = ["v"], BinCount = 4, Form = SensorTextForm.Values };

    private static readonly float[] Sample = [0, 1, 2, 2, 7.9f, 8, 8.1f, -1, float.NaN, 4, float.PositiveInfinity];

    [TestMethod]
    [DataRow(SensorTextForm.Values, SensorSymbolStyle.Letters, "v aabbdd><?c>")]
    [DataRow(SensorTextForm.Deltas, SensorSymbolStyle.Letters, "v a=A=B=Ae?CB")]
    [DataRow(SensorTextForm.RunLengths, SensorSymbolStyle.Letters, "v a2b2d2><?c>")]
    [DataRow(SensorTextForm.Values, SensorSymbolStyle.Reserved, "<0.0><0.0><0.1><0.1><0.3><0.3><0.+><0.-><0.?><0.2><0.+>")]
    [DataRow(SensorTextForm.Deltas, SensorSymbolStyle.Reserved, "<0.0><0.=><0.+1><0.=><0.+2><0.=><0.+1><0.-5><0.?><0.+3><0.+2>")]
    [DataRow(SensorTextForm.RunLengths, SensorSymbolStyle.Reserved, "<0.0><x2><0.1><x2><0.3><x2><0.+><0.-><0.?><0.2><0.+>")]
    public void Format_EachForm_IsAsByHand(SensorTextForm form, SensorSymbolStyle style, string expected)
    {
        var bins = Fit(One with { Form = form, Symbols = style });
        Assert.AreEqual(expected, bins.Format(Sample));
        Assert.AreEqual(expected, SensorBins.FromJson(bins.ToJson()).Format(Sample));
        Assert.AreEqual(expected, Fit(One with { Symbols = style }).WithForm(form).Format(Sample));
    }

    [TestMethod]
    public void Format_SeveralChannels_AreSeparate()
    {
        var bins = SensorBins.Fit([new float[] { 0, 0, 10, 1 }], new SensorBinOptions { Channels = ["x", "y"], BinCount = 2 });
        Assert.AreEqual("x a2b\ny aba", bins.Format([0, 0, 1, 1, 9, 0]));
    }

    [TestMethod]
    public void Format_ScalarsAndAWaveform_WriteEachChannelsSamples()
    {
        // Two numbers, then a wave of four samples; each channel from 0 to 1 in two bins.
        var options = new SensorBinOptions
        {
            Channels = ["before", "after", "wave"],
            SampleCounts = [1, 1, 4],
            BinCount = 2,
            Form = SensorTextForm.Values,
            Symbols = SensorSymbolStyle.Reserved,
        };
        var bins = SensorBins.Fit([new float[] { 0, 0, 0, 0, 1, 1 }, new float[] { 1, 1, 0, 0, 0, 0 }], options);
        Assert.AreEqual("<0.1><1.0><2.0><2.1><2.0><2.+>", bins.Format([0.9f, 0.1f, 0, 1, 0, 2]));
        Assert.AreEqual("<0.1><1.0><2.0><2.1><2.0><2.+>", SensorBins.FromJson(bins.ToJson()).Format([0.9f, 0.1f, 0, 1, 0, 2]));
        var error = Assert.ThrowsExactly<ArgumentException>(() => bins.Format([0, 0, 0]));
        StringAssert.Contains(error.Message, "The window has 3 values; 6 are expected, as its channels have 1, 1, 4 samples.");
        error = Assert.ThrowsExactly<ArgumentException>(() => (options with { SampleCounts = [1, 0] }).Validate());
        StringAssert.Contains(error.Message, "SampleCounts has 2 numbers for 3 channels");
        StringAssert.Contains(error.Message, "SampleCounts has a number below 1");
        error = Assert.ThrowsExactly<ArgumentException>(() => new SensorTextOptions { Bins = options }.Validate());
        StringAssert.Contains(error.Message, "Bins.SampleCounts are set, and ChannelsFirst is not");
    }

    [TestMethod]
    public void Fit_Quantile_HoldsAsManyValuesInEachBin()
    {
        var values = Enumerable.Range(0, 1000).Select(i => (float)Math.Exp(i / 100.0)).ToArray();
        var text = SensorBins.Fit([values], One with { Kind = SensorBinKind.Quantile, BinCount = 10 }).Format(values)[2..];
        Assert.IsTrue(text.CountBy(letter => letter).All(bin => bin.Value == 100), text);
        var sampled = SensorBins.Fit(
            [values], One with { Kind = SensorBinKind.Quantile, BinCount = 10, QuantileSampleCount = 200 }).Format(values)[2..];
        // 200 of 1,000 drawn: a tenth differs by some 2 % of all, and 6 % is three times that.
        Assert.IsTrue(sampled.CountBy(letter => letter).All(bin => bin.Value is > 40 and < 160), sampled);
        Assert.AreEqual(
            "v aabb", SensorBins.Fit([new float[] { 1, 1, 1, 1, 5 }], One with { Kind = SensorBinKind.Quantile }).Format([1, 1, 5, 5]),
            "Repeated edges are one.");
        Assert.AreEqual("v aa", SensorBins.Fit([new float[] { 3, 3 }], One).Format([3, 3]), "A constant has one bin.");
    }

    [TestMethod]
    public void Symbols_EveryText_IsListedAndReservedInATrainedVocabulary()
    {
        var random = new Random(3);
        foreach (var form in Enum.GetValues<SensorTextForm>())
        {
            var bins = SensorBins.Fit([Sample], One with { Form = form, Symbols = SensorSymbolStyle.Reserved, BinCount = 30 });
            var texts = Enumerable.Range(0, 50).Select(
                _ => bins.Format(
                [.. Enumerable.Range(0, 200).Select(
                _ => random.Next(5) == 0 ? float.NaN : (float)((random.NextDouble() * 12) - 2))])).ToArray();
            var vocabulary = new BytePairTrainer(
                new BytePairTrainerOptions { VocabularySize = 1000, ReservedTokens = bins.ReservedTokens }).Train(texts);
            var tokenizer = new BytePairTokenizer(vocabulary);
            foreach (var text in texts)
                Assert.IsTrue(tokenizer.EncodeToIds(text).All(token => vocabulary.Kinds[token] == TokenKind.UserDefined), text);
        }

        var meanings = Fit(One).Symbols.Select(symbol => $"{symbol.Text}: {symbol.Meaning}");
        CollectionAssert.AreEqual(
            new[] { "?: missing", "<: below 0", "a: 0 to under 2", "b: 2 to under 4", "c: 4 to under 6", "d: 6 to 8", ">: above 8" },
            meanings.ToArray());
        Assert.IsEmpty(Fit(One).ReservedTokens);
    }

    [TestMethod]
    public void Format_GestureRows_NeedsAThirdOfTheTokensOfDecimals()
    {
        var windows = GestureWindows();
        Assert.HasCount(408, windows);
        var names = new[] { "proximity", "red", "green", "blue" };
        var decimals = new SensorTemplate(
            new SensorTemplateOptions { Channels = [.. names.Select(name => new SensorChannel(name, Decimals: 0))] });
        var bins = SensorBins.Fit(
            windows.Select(window => new ReadOnlyMemory<float>(window)), new SensorBinOptions { Channels = [.. names] });
        var raw = windows.Sum(window => BytePairTokenizerTests.Gpt2.CountTokens(decimals.Format(window)));
        var binned = windows.Sum(window => BytePairTokenizerTests.Gpt2.CountTokens(bins.Format(window)));
        Assert.IsGreaterThanOrEqualTo(3.0, (double)raw / binned, $"{raw / 408.0:F1} and {binned / 408.0:F1} tokens per window");
    }

    [TestMethod]
    public void ToJson_OneChannel_IsTheTextOfVersion1() => Assert.AreEqual(
        """
        {"Version":1,"Options":{"Channels":["v"],"BinCount":4,"Kind":"Uniform","Form":"Values","Symbols":"Letters",
        "QuantileSampleCount":100000,"Seed":1},"Bins":[{"Minimum":0,"Maximum":8,"Edges":[2,4,6]}]}
        """.ReplaceLineEndings(""),
        Fit(One).ToJson());

    [TestMethod]
    public void FromJson_WithoutASetting_HasItsDefault()
    {
        var json = Fit(One with { BinCount = 16, Seed = 1 }).ToJson();
        Assert.AreEqual(json, SensorBins.FromJson(json.Replace("\"BinCount\":16,", "").Replace(",\"Seed\":1", "")).ToJson());
    }

    [TestMethod]
    public void FromJson_WhatIsWrong_IsNamed()
    {
        var json = Fit(One).ToJson();
        Expect("{", "This is not a description of sensor bins");
        Expect("null", "The bins are null");
        Expect(json.Replace("\"Version\":1", "\"Version\":2"), "version 2, and 1 is expected");
        Expect(json.Replace("[2,4,6]", "[2,4,4]"), "The edges of the bins of channel 0 do not rise");
        Expect(json.Replace("[\"v\"]", "[\"v\",\"w\"]"), "bins of 1 channels, and 2 are named");
        Expect(json.Replace("\"BinCount\":4", "\"BinCount\":1"), "BinCount is 1; 2 to 24 are expected with Letters");

        static void Expect(string json, string message) =>
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => SensorBins.FromJson(json)).Message, message);
    }

    [TestMethod]
    public void Fit_WrongSettingsOrData_AreNamed()
    {
        var options = new SensorBinOptions
        {
            Channels = ["a", "a", " "],
            BinCount = 25,
            Kind = (SensorBinKind)9,
            Form = (SensorTextForm)9,
            QuantileSampleCount = 0
        };
        var message = Assert.ThrowsExactly<ArgumentException>(() => SensorBins.Fit([], options)).Message;
        foreach (var part in (
            string[])["two channels have the same name", "a channel's name is empty", "BinCount is 25; 2 to 24", "Kind is 9", "Form is 9",
            "QuantileSampleCount is 0"])
            StringAssert.Contains(message, part);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => SensorBins.Fit([new float[] { float.NaN }], One)).Message,
            "The channel 'v' has no value to fit bins to");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => SensorBins.Fit([new float[3]], One with { Channels = ["a", "b"] })).Message,
            "3 values, which is no multiple of its 2 channels");
    }

    internal static float[][] GestureWindows() =>
        [.. File.ReadLines(TestData.Require("tinyllm-gesture/derived/give_train.csv")).Skip(1).Select(line =>
        {
            var row = line.Split(',').Skip(1).Select(field => float.Parse(field, CultureInfo.InvariantCulture)).ToArray();
            var window = new float[row.Length];
            SensorWindower.FromWide(row, 4, window);
            return window;
        })];

    private static SensorBins Fit(SensorBinOptions options) => SensorBins.Fit([new float[] { 0, 8, float.NaN }], options);
}
