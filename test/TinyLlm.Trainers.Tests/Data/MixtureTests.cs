using System.Collections.Immutable;
using TinyLlm.Trainers.Data;

namespace TinyLlm.Trainers.Tests.Data;

[TestClass]
public sealed class MixtureTests
{
    private readonly Shards _shards = new();

    [TestCleanup]
    public void Cleanup() => _shards.Dispose();

    [TestMethod]
    [DataRow(new[] { 1.0 })]
    [DataRow(new[] { 1.0, 1.0 })]
    [DataRow(new[] { 0.7, 0.2, 0.1 })]
    [DataRow(new[] { 5.0, 3.0, 3.0, 1.0, 1.0, 1.0, 0.001 })]
    [DataRow(new[] { 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 100.0 })]
    public void Next_ManyDraws_StaysWithinOneOfTheRatio(double[] weights) => AssertExact(weights, 20_000);

    [TestMethod]
    public void Next_RandomWeights_StaysWithinOneOfTheRatio()
    {
        var random = new Random(17);
        for (var trial = 0; trial < 200; trial++)
            AssertExact([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Math.Exp(random.NextDouble() * 6))], 500);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void Schedule_BadWeight_Throws(double weight)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MixtureSchedule([1, weight]));
        StringAssert.Contains(error.Message, "a positive number is expected; leave out the rest.");
    }

    [TestMethod]
    public void Next_Phases_MixEachAsItSays()
    {
        var sampler = Sampler([new([1, 0, 0], 10), new([0, 3, 1], 40), new([1, 1, 1])]);
        var sources = Shards.Draw(sampler, 80, 4).Select(row => row.Inputs[0] / 1000).ToArray();
        CollectionAssert.AreEqual(new[] { 10, 0, 0 }, Counts(sources[..10]));
        CollectionAssert.AreEqual(new[] { 0, 30, 10 }, Counts(sources[10..50]));
        CollectionAssert.AreEqual(new[] { 10, 10, 10 }, Counts(sources[50..]));
    }

    [TestMethod]
    public void Next_SourceReturns_GoesOnWhereItWas()
    {
        var sampler = Sampler([new([1, 0, 0], 10), new([0, 1, 0], 10), new([1, 0, 0], 10)]);
        var firsts = Shards.Draw(sampler, 30, 4).Select(row => row.Inputs[0]).Where(token => token < 1000).ToHashSet();
        Assert.HasCount(20, firsts);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(9)]
    [DataRow(10)]
    [DataRow(33)]
    [DataRow(70)]
    public void RestoreState_AnyPlace_GoesOnAsIfUninterrupted(int drawn)
    {
        ImmutableArray<CurriculumPhase> phases = [new([1, 0, 2], 10), new([5, 3, 1], 40), new([1, 1, 1])];
        var sampler = Sampler(phases);
        Shards.Draw(sampler, drawn, 4);
        var state = new long[sampler.StateLength];
        sampler.SaveState(state);
        var resumed = Sampler(phases);
        resumed.RestoreState(state);
        CollectionAssert.AreEqual(Inputs(sampler), Inputs(resumed));

        static int[] Inputs(MixtureSampler sampler) => [.. Shards.Draw(sampler, 100, 4).SelectMany(row => row.Inputs)];
    }

    [TestMethod]
    public void CountRows_Phases_AreOneEpoch()
    {
        Assert.AreEqual(50, Sampler([new([1, 0, 0], 10), new([0, 1, 0], 40)]).CountRows(1));
        foreach (var (sampler, epochs) in new[] { (Sampler([new([1, 1, 1])]), 1), (Sampler([new([1, 1, 1], 10)]), 2) })
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => sampler.CountRows(epochs));
            StringAssert.EndsWith(error.Message, "set that and one epoch, or set Steps.");
        }
    }

    [TestMethod]
    public void Constructor_BadPhases_SaysAllThatIsWrong()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Sampler([new([1, 0]), new([0, 0, 0], 5), new([1, 1, 1], 0)]));
        Assert.AreEqual(
            "The curriculum is not valid: phase 1 has 2 weights for 3 sources; phase 1 has no end, and another follows it; "
            + "phase 2 has the weights 0, 0, 0; numbers from 0, one positive, are expected; phase 3 lasts 0 rows; at least 1 is expected.",
            error.Message);
        error = Assert.ThrowsExactly<ArgumentException>(() => new MixtureSampler([], []));
        Assert.AreEqual("The curriculum is not valid: there is no source; there is no phase.", error.Message);
    }

    private static void AssertExact(double[] weights, int draws)
    {
        var schedule = new MixtureSchedule(weights);
        var counts = new long[weights.Length];
        for (var n = 1; n <= draws; n++)
        {
            counts[schedule.Next()]++;
            for (var i = 0; i < weights.Length; i++)
            {
                var off = Math.Abs((weights[i] / weights.Sum() * n) - counts[i]);
                Assert.IsLessThan(1.0, off, $"source {i} after {n} draws of {string.Join(':', weights)}");
            }
        }

        CollectionAssert.AreEqual(counts, schedule.Counts.ToArray());
    }

    private static int[] Counts(int[] sources) => [.. Enumerable.Range(0, 3).Select(source => sources.Count(drawn => drawn == source))];

    private MixtureSampler Sampler(ImmutableArray<CurriculumPhase> phases) => new(
        [.. Enumerable.Range(0, 3).Select(i => new WindowSampler(new TokenWindows([_shards.Count(1000 * i, 900)], 50257, 4), (ulong)i))],
        phases);
}
