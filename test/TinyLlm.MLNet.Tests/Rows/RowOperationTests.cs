using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests;

[TestClass]
public sealed class RowOperationTests
{
    private static DataOperationsCatalog Data => Rows.Context.Data;

    [TestMethod]
    public void TakeAndSkip_Ranges_AreExact()
    {
        CollectionAssert.AreEqual(new float[] { 3, 4 }, Values(Data.TakeRows(Data.SkipRows(Rows.Numbers(10), 3), 2)));
        Assert.IsEmpty(Values(Data.SkipRows(Rows.Numbers(3), 5)));
        CollectionAssert.AreEqual(new float[] { 0, 1, 2 }, Values(Data.TakeRows(Rows.Numbers(3), 5)));
    }

    [TestMethod]
    public void TakeAndSkip_NotPositive_Throw()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.TakeRows(Rows.Numbers(3), 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.SkipRows(Rows.Numbers(3), 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.TakeRows(Rows.Numbers(3), -1));
    }

    [TestMethod]
    public void Cursors_PastTheEnd_HaveNoPosition()
    {
        IDataView[] all =
        [
            Rows.Numbers(3), Data.TakeRows(Rows.Numbers(3), 2),
            Data.SkipRows(Rows.Numbers(3), 5), Data.ShuffleRows(Rows.Numbers(3), seed: 1),
            Data.FilterRowsByColumn(Rows.Numbers(3), "Value", 0, 2), Data.Cache(Rows.Numbers(3)),
        ];
        foreach (var data in all)
        {
            using var cursor = data.GetRowCursor(data.Schema);
            Assert.AreEqual(-1, cursor.Position);
            for (var row = 0; cursor.MoveNext(); row++)
                Assert.AreEqual(row, cursor.Position);
            Assert.AreEqual(-1, cursor.Position);
            Assert.IsFalse(cursor.MoveNext());
        }
    }

    [TestMethod]
    public void ShuffleRows_SameSeed_SamePermutation()
    {
        var first = Values(Data.ShuffleRows(Rows.Numbers(200), seed: 3, shufflePoolSize: 20));
        CollectionAssert.AreEqual(first, Values(Data.ShuffleRows(Rows.Numbers(200), seed: 3, shufflePoolSize: 20)));
        CollectionAssert.AreNotEqual(first, Values(Rows.Numbers(200)));
        CollectionAssert.AreEquivalent(Values(Rows.Numbers(200)), first);
    }

    [TestMethod]
    public void FilterRowsByColumn_Bounds_LowerInclusiveUpperExclusive()
    {
        CollectionAssert.AreEqual(new float[] { 2, 3 }, Values(Data.FilterRowsByColumn(Rows.Numbers(10), "Value", 2, 4)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.FilterRowsByColumn(Rows.Numbers(10), "Nothing", 2, 4));
        var withNaN = Rows.Of(new Rows.Number { Value = float.NaN }, new Rows.Number { Value = 1 });
        CollectionAssert.AreEqual(new float[] { 1 }, Values(Data.FilterRowsByColumn(withNaN, "Value")));
        CollectionAssert.AreEqual(new float[] { 1 }, Values(Data.FilterRowsByMissingValues(withNaN, "Value")));
    }

    [TestMethod]
    public void FilterRows_BadArguments_Throw()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.FilterRowsByColumn(Rows.Numbers(3), "Value", 3, 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.FilterRowsByColumn(Rows.Numbers(3), "Text"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.FilterRowsByColumn(Rows.Numbers(3), ""));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.FilterRowsByMissingValues(Rows.Numbers(3)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.FilterRowsByMissingValues(Rows.Numbers(3), "Value", "Value"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.FilterRowsByMissingValues(Rows.Numbers(3), "Nothing"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.FilterRowsByMissingValues(Rows.Numbers(3), "Text"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.Cache(Rows.Numbers(3), "Nothing"));
    }

    [TestMethod]
    public void TrainTestSplit_Fraction_DisjointAndComplete()
    {
        var split = Data.TrainTestSplit(Rows.Numbers(2000), testFraction: 0.25, seed: 4);
        var (train, test) = (Values(split.TrainSet), Values(split.TestSet));
        Assert.AreEqual(2000, train.Union(test).Count());
        Assert.IsEmpty(train.Intersect(test));
        Assert.AreEqual(500, test.Length, 100, "A binomial of 2,000 at a quarter has a deviation of 19.");
        CollectionAssert.AreEqual(test, Values(Data.TrainTestSplit(Rows.Numbers(2000), 0.25, seed: 4).TestSet));
        Assert.HasCount(2, split.TestSet.Schema.Where(column => !column.IsHidden));
    }

    [TestMethod]
    public void TrainTestSplit_SamplingKey_KeepsGroupsTogether()
    {
        var rows = Rows.Of(Enumerable.Range(0, 900).Select(i => new Rows.Number { Value = i, Text = $"group {i % 90}" }).ToArray());
        var split = Data.TrainTestSplit(rows, testFraction: 0.3, samplingKeyColumnName: "Text", seed: 2);
        var (train, test) = (split.TrainSet.GetColumn<string>("Text").ToHashSet(), split.TestSet.GetColumn<string>("Text").ToHashSet());
        Assert.IsFalse(train.Overlaps(test));
        Assert.AreEqual(90, train.Count + test.Count);
        Assert.IsGreaterThan(5, test.Count);
    }

    [TestMethod]
    public void CrossValidationSplit_EachRow_IsTestedOnce()
    {
        var folds = Data.CrossValidationSplit(Rows.Numbers(300), numberOfFolds: 4, seed: 1);
        Assert.HasCount(4, folds);
        CollectionAssert.AreEquivalent(Values(Rows.Numbers(300)), folds.SelectMany(fold => Values(fold.TestSet)).ToArray());
        foreach (var fold in folds)
            Assert.IsEmpty(Values(fold.TrainSet).Intersect(Values(fold.TestSet)));
    }

    [TestMethod]
    public void TrainTestSplit_NoSeed_TakesTheContextsSeed()
    {
        var data = new MLContext(seed: 9).Data;
        var test = Values(data.TrainTestSplit(Rows.Numbers(200), 0.5).TestSet);
        CollectionAssert.AreEqual(test, Values(data.TrainTestSplit(Rows.Numbers(200), 0.5).TestSet));
        CollectionAssert.AreEqual(test, Values(data.TrainTestSplit(Rows.Numbers(200), 0.5, seed: 9).TestSet));
        CollectionAssert.AreNotEqual(test, Values(data.TrainTestSplit(Rows.Numbers(200), 0.5, seed: 10).TestSet));
    }

    [TestMethod]
    public void TrainTestSplit_BadArguments_Throw()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.TrainTestSplit(Rows.Numbers(5), testFraction: 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Data.TrainTestSplit(Rows.Numbers(5), 0.5, samplingKeyColumnName: "Nothing"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.CrossValidationSplit(Rows.Numbers(5), numberOfFolds: 1));
    }

    [TestMethod]
    public void Cache_SeveralPasses_ReadTheSourceOnce()
    {
        var read = 0;
        var source = Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(i =>
        {
            read++;
            return new Rows.Number { Value = i, Text = $"t{i}" };
        }));
        var cached = Data.Cache(source);
        Assert.AreEqual(0, read);
        CollectionAssert.AreEqual(Values(cached), Values(cached));
        Assert.AreEqual(50, read);
        Parallel.For(0, 4, _ => Assert.AreEqual("t49", cached.GetColumn<string>("Text").Last()));
    }

    private static float[] Values(IDataView data) => [.. data.GetColumn<float>("Value")];
}
