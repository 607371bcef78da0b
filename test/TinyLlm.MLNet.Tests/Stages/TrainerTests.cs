using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Transforms;

namespace TinyLlm.MLNet.Tests.Stages;

/// <summary>ML.NET's own trainers behind a language model.</summary>
[TestClass]
public sealed partial class TrainerTests
{
    [TestMethod]
    public void Sdca_ManyPasses_RunTheModelOnce()
    {
        using var rows = new TextRows();
        var trainer = rows.Context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20);
        using (var model = Behind(rows, trainer, cacheBytes: 1 << 20).Fit(rows.Data))
            Assert.HasCount(60, model.Transform(rows.Data).GetColumn<float[]>("Score"));

        var (found, asked) = Use(rows.Messages.Last(message => message.Contains("were scored before")));
        Assert.IsGreaterThan(60 * 5, asked, "The trainer reads its rows in many passes.");
        Assert.AreEqual(60, asked - found, "Each text ran through the model once.");
    }

    [TestMethod]
    public void Cache_SmallerThanTheRows_KeepsTheFirstAndTheSameBits()
    {
        using var rows = new TextRows();
        using var small = rows.Tiny.LoadModel(rows.ModelPath)
            .Append(rows.Tiny.Embed(new EmbedOptions { CacheBytes = 8000, BatchRows = 1 })).Fit(rows.Data);
        using var none = rows.Tiny.LoadModel(rows.ModelPath)
            .Append(rows.Tiny.Embed(new EmbedOptions { CacheBytes = 0, BatchRows = 1 })).Fit(rows.Data);
        var expected = Read(none);
        for (var pass = 0; pass < 3; pass++)
            CollectionAssert.AreEqual(expected, Read(small));
        small.Dispose();

        // 120 bytes beside the contents, 2 for each character, 4 for each of 64 numbers: 20 of the rows fit into 8,000 bytes.
        var (found, asked) = Use(rows.Messages.Last(message => message.Contains("were scored before")));
        Assert.AreEqual((180, 2 * 20), (asked, found));

        float[] Read(ITransformer model) => [.. model.Transform(rows.Data).GetColumn<float[]>("Features").SelectMany(row => row)];
    }

    [TestMethod]
    public void LightGbmAndFastTree_OnEmbeddings_LearnWhatTheTextsTell()
    {
        using var rows = new TextRows(rows: 120);
        var trainers = rows.Context.MulticlassClassification.Trainers;
        IEstimator<ITransformer>[] all =
        [
            trainers.LightGbm(numberOfIterations: 20, minimumExampleCountPerLeaf: 2),
            trainers.OneVersusAll(rows.Context.BinaryClassification.Trainers.FastTree(numberOfTrees: 10, minimumExampleCountPerLeaf: 2)),
        ];
        foreach (var trainer in all)
        {
            using var model = Behind(rows, trainer).Fit(rows.Data);
            var accuracy = rows.Context.MulticlassClassification.Evaluate(model.Transform(rows.Data)).MicroAccuracy;
            Assert.IsGreaterThan(0.9, accuracy, "The classes' texts begin with other letters, and these are the training rows.");
        }
    }

    [TestMethod]
    public void CrossValidate_BySamplingKey_KeepsSessionsTogether()
    {
        using var rows = new TextRows();
        var pipeline = Behind(rows, rows.Context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20));
        var folds = rows.Context.MulticlassClassification.CrossValidate(
            rows.Data, pipeline, numberOfFolds: 3, labelColumnName: "Label", samplingKeyColumnName: "Session");
        var sessions = folds.Select(fold => fold.ScoredHoldOutSet.GetColumn<string>("Session").ToHashSet()).ToArray();
        Assert.AreEqual(60, folds.Sum(fold => fold.ScoredHoldOutSet.GetColumn<string>("Session").Count()));
        Assert.AreEqual(10, sessions.Sum(fold => fold.Count), "No session is in two folds.");
        foreach (var fold in folds)
            Assert.IsGreaterThan(0.9, fold.Metrics.MicroAccuracy);
    }

    [TestMethod]
    public void PermutationFeatureImportance_OverEmbedding_MeasuresEverySlot()
    {
        using var rows = new TextRows(rows: 30);
        using var model = Behind(rows, rows.Context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20))
            .Fit(rows.Data);
        var importance = rows.Context.MulticlassClassification.PermutationFeatureImportance(
            model, model.Transform(rows.Data), permutationCount: 1);
        Assert.HasCount(64, importance);
        Assert.IsTrue(importance.Values.Any(slot => slot.LogLoss.Mean > 0), "Without some of the slots the classes are harder to tell apart.");
    }

    [TestMethod]
    public void GetRowCursorSet_RowToRowStages_GiveAsManyAsTheInput()
    {
        using var rows = new TextRows(rows: 1000);
        var path = rows.PathOf("rows.csv");
        File.WriteAllLines(path, rows.All.Select(row => row.Text));
        var data = rows.Context.Data.LoadFromTextFile(path, [new TextLoader.Column("Text", DataKind.String, 0)], ',');
        using var model = rows.Tiny.LoadModel(rows.ModelPath).Append(rows.Tiny.Tokenize("Tokens", "Text"))
            .Append(rows.Tiny.Perplexity(new PerplexityOptions { OutputColumnName = "Nats", Engine = TextRows.Exact })).Fit(data);
        var scored = model.Transform(data);
        var (text, nats) = (scored.Schema["Text"], scored.Schema["Nats"]);
        var cursors = scored.GetRowCursorSet([text, nats], 3);
        Assert.AreEqual(data.GetRowCursorSet([data.Schema["Text"]], 3).Length, cursors.Length);
        Assert.HasCount(3, cursors);
        var found = new Dictionary<string, float>();
        Parallel.ForEach(cursors, cursor =>
        {
            using (cursor)
            {
                var (getText, getNats) = (cursor.GetGetter<ReadOnlyMemory<char>>(text), cursor.GetGetter<float>(nats));
                ReadOnlyMemory<char> name = default;
                float value = 0;
                while (cursor.MoveNext())
                {
                    getText(ref name);
                    getNats(ref value);
                    lock (found)
                        found[name.ToString()] = value;
                }
            }
        });
        Assert.HasCount(rows.All.Select(row => row.Text).Distinct().Count(), found);
        foreach (var (name, value) in scored.GetColumn<string>(text).Zip(scored.GetColumn<float>(nats)))
            Assert.AreEqual(value, found[name], 1e-4f, "Sums of rows that share a call are made in another order.");
    }

    [TestMethod]
    public void ShuffleRows_BehindScores_GivesEachRowItsOwn()
    {
        using var rows = new TextRows();
        var scored = rows.Run(rows.Tiny.LoadModel(rows.ModelPath).Append(rows.Tiny.Perplexity("Nats", "Text")));
        var expected = scored.GetColumn<string>("Text").Zip(scored.GetColumn<float>("Nats")).ToDictionary(pair => pair.First, pair => pair.Second);
        var shuffled = rows.Context.Data.ShuffleRows(scored, seed: 4);
        var texts = shuffled.GetColumn<string>("Text").ToArray();
        CollectionAssert.AreNotEqual(scored.GetColumn<string>("Text").ToArray(), texts);
        foreach (var (text, nats) in texts.Zip(shuffled.GetColumn<float>("Nats")))
            Assert.AreEqual(expected[text], nats);
    }

    private static EstimatorChain<ITransformer> Behind(
        TextRows rows, IEstimator<ITransformer> trainer, long cacheBytes = 64 << 20) =>
        rows.Context.Transforms.Conversion.MapValueToKey("Label").Append(rows.Tiny.LoadModel(rows.ModelPath))
            .Append(rows.Tiny.Embed(new EmbedOptions { CacheBytes = cacheBytes })).Append(trainer);

    private static (int Found, int Asked) Use(string message)
    {
        var numbers = UseLine().Match(message);
        Assert.IsTrue(numbers.Success, message);
        return (Number(1), Number(2));

        int Number(int group) => int.Parse(numbers.Groups[group].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"([\d,]+) of ([\d,]+) texts \([\d.]+ %\) were scored before; the cache holds \d+ texts in [\d.]+ MiB")]
    private static partial Regex UseLine();
}
