using TinyLlm.Trainers.Data;

namespace TinyLlm.Trainers.Tests.Data;

[TestClass]
public sealed class PermutationTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(64)]
    [DataRow(65)]
    [DataRow(1000)]
    [DataRow(100_003)]
    public void Indexer_AllPlaces_GivesEachNumberOnce(int count)
    {
        var permutation = new Permutation(count, seed: 5);
        var seen = Enumerable.Range(0, count).Select(place => permutation[place]).ToHashSet();
        Assert.HasCount(count, seen);
        Assert.AreEqual(0, seen.Min());
        Assert.AreEqual(count - 1, seen.Max());
    }

    [TestMethod]
    public void Indexer_OtherSeed_GivesAnotherOrder()
    {
        var (a, b) = (new Permutation(1000, 1), new Permutation(1000, 2));
        var same = Enumerable.Range(0, 1000).Count(place => a[place] == b[place]);
        // Two independent shuffles agree in one place on average; ten or more have a chance of 1e-7.
        Assert.IsLessThan(10, same);
    }

    [TestMethod]
    public void Indexer_ManySeeds_PutsEachNumberEverywhere()
    {
        // χ² of where 0 lands among 16 places in 16,000 shuffles: 15 degrees of freedom, and 44 has a chance of 1e-4. The seeds are fixed.
        var counts = new int[16];
        for (var seed = 0UL; seed < 16_000; seed++)
            counts[new Permutation(16, seed)[0]]++;
        Assert.IsLessThan(44.0, counts.Sum(count => Math.Pow(count - 1000, 2) / 1000));
    }

    [TestMethod]
    public void Indexer_HugeCount_TakesNoMemory()
    {
        var permutation = new Permutation(long.MaxValue, seed: 5);
        var numbers = Enumerable.Range(0, 1000).Select(place => permutation[place]).ToHashSet();
        Assert.HasCount(1000, numbers);
        Assert.IsGreaterThanOrEqualTo(0, numbers.Min());
    }

    [TestMethod]
    public void Indexer_OutOfRange_Throws()
    {
        var permutation = new Permutation(10, seed: 5);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => permutation[10]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => permutation[-1]);
    }
}
