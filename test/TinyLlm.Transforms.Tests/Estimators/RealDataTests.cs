using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms.Tests.Estimators;

/// <summary>
/// From files to tokens with ML.NET's own loader and our stages; counts from the files' lines, by code that shares nothing with the stages.
/// </summary>
[TestClass]
public sealed class RealDataTests
{
    private const int Length = 50;
    private const int Hop = 25;

    private static readonly string[] Axes = ["x", "y", "z"];

    [TestMethod]
    public void OlderPeople_SixtyTrials_BecomeTheWindowsThatTheirLinesMake()
    {
        var files = Directory.GetFiles(TestData.Require("older-people-rfid/S1_Dataset"), "d*").Order(StringComparer.Ordinal).ToArray();
        var context = new MLContext(seed: 1);
        var tiny = context.TinyLlm();
        var windowing = context.Transforms.Concatenate("Values", Axes).Append(
            tiny.CutWindows("Window", "Values", Length, Hop, labelColumnName: "Activity"));
        var all = files.Select(file => (Lines: File.ReadAllLines(file), Rows: Load(context, file))).ToArray();
        var train = windowing.Fit(all[0].Rows).Transform(all[0].Rows);
        var text = tiny.SensorText("Text", "Window", Axes)
            .Append(tiny.Tokenize(new TokenizeOptions { Training = new BytePairTrainerOptions { VocabularySize = 512 } })).Fit(train);

        var (rows, windows, tokens) = (0, 0, 0L);
        foreach (var (lines, data) in all)
        {
            var cut = windowing.Fit(data).Transform(data);
            var labels = cut.GetColumn<float>("Activity").ToArray();
            Assert.HasCount(Math.Max(0, ((lines.Length - Length) / Hop) + (lines.Length >= Length ? 1 : 0)), labels);
            for (var window = 0; window < labels.Length; window++)
                Assert.AreEqual(Majority(lines[(window * Hop)..((window * Hop) + Length)]), labels[window]);
            rows += lines.Length;
            windows += labels.Length;
            tokens += text.Transform(cut).GetColumn<int[]>("Tokens").Sum(ids => ids.Length);
        }

        Assert.AreEqual(60, files.Length);
        Assert.AreEqual(52_482, rows);
        Assert.AreEqual(2_014, windows);
        Assert.IsLessThan(60.0, (double)tokens / windows, "A window of 150 numbers costs GPT-2 654 tokens as decimals.");
    }

    [TestMethod]
    public void WifiRooms_EveryRow_IsAWindow()
    {
        var path = TestData.Require("wifi-rooms/derived/give_train.csv");
        var context = new MLContext(seed: 1);
        var names = Enumerable.Range(1, 7).Select(i => $"ap{i}").ToArray();
        var data = context.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            Columns = [new("Window", DataKind.Single, 0, 6), new("Room", DataKind.String, 7)],
            Separators = [','],
            HasHeader = true,
        });
        var tiny = context.TinyLlm();
        var bins = new SensorBinOptions { Channels = [.. names], Symbols = SensorSymbolStyle.Reserved };
        var chain = tiny.SensorText(new SensorTextOptions { Bins = bins }).Fit(data);
        var text = chain.Transform(data);
        var training = new BytePairTrainerOptions { VocabularySize = 512, ReservedTokens = chain.Bins!.ReservedTokens };
        var tokenizer = tiny.Tokenize(new TokenizeOptions { Training = training }).Fit(text);
        var tokens = tokenizer.Transform(text).GetColumn<int[]>("Tokens").ToArray();
        Assert.HasCount(1_600, tokens);
        Assert.IsTrue(tokens.All(ids => ids.Length == 7), "One symbol for each access point.");
        Assert.AreEqual("1", text.GetColumn<string>("Room").First());
    }

    private static IDataView Load(MLContext context, string file) => context.Data.LoadFromTextFile(file, new TextLoader.Options
    {
        Columns = [.. Axes.Select((axis, i) => new TextLoader.Column(axis, DataKind.Single, i + 1)), new("Activity", DataKind.Single, 8)],
        Separators = [','],
    });

    // The most frequent label; of several the one that comes last among them, as the windower has it.
    private static float Majority(string[] lines)
    {
        var labels = lines.Select(line => float.Parse(line.Split(',')[8], CultureInfo.InvariantCulture)).ToArray();
        var most = labels.GroupBy(label => label).Max(group => group.Count());
        return labels.Last(label => labels.Count(other => other == label) == most);
    }
}
