using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Data;

[TestClass]
public sealed class WindowSamplerTests
{
    private readonly Shards _shards = new();

    [TestCleanup]
    public void Cleanup() => _shards.Dispose();

    [TestMethod]
    public void Read_ValidationOrder_GivesEveryTokenOnceAsTarget()
    {
        var windows = new TokenWindows([_shards.Count(0, 21), _shards.Count(100, 13)], 50257, 5);
        Assert.AreEqual(4 + 2, windows.Count);
        var rows = Shards.ReadAll(windows, 5);
        int[] inputs = [.. Enumerable.Range(0, 20), .. Enumerable.Range(100, 10)];
        CollectionAssert.AreEqual(inputs, rows.SelectMany(row => row.Inputs).ToArray());
        CollectionAssert.AreEqual(inputs.Select(token => token + 1).ToArray(), rows.SelectMany(row => row.Targets).ToArray());
    }

    [TestMethod]
    public void Next_OneEpoch_GivesEachWindowOnce()
    {
        // 1,000 tokens and 8 per window: 124 whole windows, one of which the shift takes.
        var windows = new TokenWindows([_shards.Count(0, 1000), _shards.Count(2000, 100)], 50257, 8, isShifted: true);
        var sampler = new WindowSampler(windows, seed: 1);
        var rows = (int)sampler.CountRows(1);
        Assert.AreEqual(123 + 11, rows);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var inputs = Shards.Draw(sampler, rows, 8).Select(row => row.Inputs).ToArray();
            Assert.HasCount(rows * 8, inputs.SelectMany(row => row).ToHashSet());
            Assert.IsTrue(inputs.All(row => row.Zip(row.Skip(1)).All(pair => pair.Second == pair.First + 1)), "a window is not contiguous");
            Assert.HasCount(1, inputs.Where(row => row[0] < 2000).Select(row => row[0] % 8).Distinct().ToArray());
        }
    }

    [TestMethod]
    public void Next_Epochs_ShuffleAndShiftAnew()
    {
        var sampler = new WindowSampler(new TokenWindows([_shards.Count(0, 10_000)], 50257, 16, isShifted: true), seed: 1);
        var rows = (int)sampler.CountRows(1);
        var firsts = Enumerable.Range(0, 20).Select(_ => Shards.Draw(sampler, rows, 16).Select(row => row.Inputs[0]).ToArray()).ToArray();
        Assert.IsGreaterThan(8, firsts.Select(epoch => epoch[0] % 16).Distinct().Count());
        Assert.IsGreaterThan(15, firsts.Select(epoch => epoch[0] / 16).Distinct().Count());
    }

    [TestMethod]
    public void Next_SameSeed_GivesTheSameRows()
    {
        int[] Rows(ulong seed)
        {
            var windows = new TokenWindows([_shards.Count(0, 1000)], 50257, 8, isShifted: true);
            return [.. Shards.Draw(new WindowSampler(windows, seed), 50, 8).SelectMany(row => row.Inputs)];
        }

        CollectionAssert.AreEqual(Rows(1), Rows(1));
        CollectionAssert.AreNotEqual(Rows(1), Rows(2));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(123)]
    [DataRow(124)]
    [DataRow(300)]
    public void RestoreState_AnyPlace_GoesOnAsIfUninterrupted(int drawn)
    {
        var shard = _shards.Count(0, 1000);
        var sampler = new WindowSampler(new TokenWindows([shard], 50257, 8, isShifted: true), seed: 1);
        Shards.Draw(sampler, drawn, 8);
        var state = new long[sampler.StateLength];
        sampler.SaveState(state);
        var expected = Shards.Draw(sampler, 200, 8).SelectMany(row => row.Inputs).ToArray();

        var resumed = new WindowSampler(new TokenWindows([shard], 50257, 8, isShifted: true), seed: 1);
        resumed.RestoreState(state);
        CollectionAssert.AreEqual(expected, Shards.Draw(resumed, 200, 8).SelectMany(row => row.Inputs).ToArray());
    }

    [TestMethod]
    public void Read_DocumentSeparator_OpensADocument()
    {
        const int End = 99;
        var windows = new TokenWindows([_shards.Add(1, 2, End, 3, 4, 5, End, End, 6, 7, 8)], 50257, 5, End);
        var rows = Shards.ReadAll(windows, 5);
        CollectionAssert.AreEqual(new[] { 0, 0, 2, 2, 2 }, rows[0].DocumentStarts);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 2, 2 }, rows[1].DocumentStarts);
        CollectionAssert.AreEqual(new[] { 2, End, 3, 4, 5 }, rows[0].Targets);
    }

    [TestMethod]
    public void Read_NoDocumentSeparator_MakesARowOneDocument()
    {
        var batch = new TokenBatch(2, 4);
        batch.DocumentStarts.AsSpan().Fill(3);
        var windows = new TokenWindows([_shards.Add(0, 0, 0, 0, 0)], 50257, 4);
        windows.Read(0, batch, 1);
        CollectionAssert.AreEqual(new[] { 3, 3, 3, 3, 0, 0, 0, 0 }, batch.DocumentStarts);
    }

    [TestMethod]
    public void Constructor_ShardTooSmall_SaysSo()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new TokenWindows([_shards.Count(0, 8)], 50257, 8));
        StringAssert.Contains(error.Message, "has 8 tokens; a window takes 9. Use shorter sequences or larger shards.");
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => new TokenWindows([_shards.Count(0, 20)], 19, 8)).Message,
            "the vocabulary has the tokens 0 to 18");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new TokenWindows([], 50257, 8)).Message,
            "No shard was given; at least one is expected.");
    }

    [TestMethod]
    public void Constructor_OneWindow_IsEnough()
    {
        var sampler = new WindowSampler(new TokenWindows([_shards.Count(0, 9)], 50257, 8, isShifted: true), seed: 1);
        CollectionAssert.AreEqual(Enumerable.Range(0, 8).ToArray(), Shards.Draw(sampler, 3, 8)[2].Inputs);
    }

    [TestMethod]
    public void Describe_OtherData_SaysOtherwise()
    {
        string Of(int first, int count, ulong seed) =>
            new WindowSampler(new TokenWindows([_shards.Count(first, count)], 50257, 8), seed).Describe();

        Assert.AreEqual(Of(0, 100, 1), Of(0, 100, 1));
        Assert.HasCount(4, new[] { Of(0, 100, 1), Of(1, 100, 1), Of(0, 101, 1), Of(0, 100, 2) }.ToHashSet());
    }
}
