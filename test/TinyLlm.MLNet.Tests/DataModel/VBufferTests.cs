using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests.DataModel;

[TestClass]
public sealed class VBufferTests
{
    private static readonly float[] Expected = [0, 5, 0, 7, 0, 0];

    private static readonly VBuffer<float> Sparse = new(6, 2, [5, 7], [1, 3]);
    private static readonly VBuffer<float> Dense = new(6, [0, 5, 0, 7, 0, 0]);

    [TestMethod]
    public void Values_SparseAndDense_AreTheSameVector()
    {
        Assert.IsFalse(Sparse.IsDense);
        Assert.IsTrue(Dense.IsDense);
        CollectionAssert.AreEqual(Expected, Sparse.DenseValues().ToArray());
        CollectionAssert.AreEqual(Expected, Dense.DenseValues().ToArray());
        CollectionAssert.AreEqual(new[] { 1, 3 }, Sparse.Items().Select(item => item.Key).ToArray());
        CollectionAssert.AreEqual(Expected, Sparse.Items(all: true).Select(item => item.Value).ToArray());
        Assert.AreEqual(7, Sparse.GetItemOrDefault(3));
        Assert.AreEqual(0, Sparse.GetItemOrDefault(4));
    }

    [TestMethod]
    public void CopyTo_EveryRange_EqualsSlice()
    {
        foreach (var source in new[] { Sparse, Dense })
        {
            for (var start = 0; start <= 6; start++)
            {
                for (var length = 0; start + length <= 6; length++)
                {
                    var copy = new VBuffer<float>(3, [9, 9, 9]);
                    source.CopyTo(ref copy, start, length);
                    CollectionAssert.AreEqual(Expected[start..(start + length)], copy.DenseValues().ToArray(), $"{start}+{length}");
                }
            }
        }
    }

    [TestMethod]
    public void CopyTo_Span_FillsGapsWithDefault()
    {
        var target = new float[8];
        Sparse.CopyTo(target.AsSpan(), 1, -1);
        CollectionAssert.AreEqual(new float[] { 0, -1, 5, -1, 7, -1, -1, 0 }, target);
    }

    [TestMethod]
    public void Editor_ReusesArrays_AndTruncates()
    {
        var buffer = new VBuffer<int>(4, [1, 2, 3, 4]);
        var editor = VBufferEditor.Create(ref buffer, 3);
        Assert.IsFalse(editor.CreatedNewValues);
        editor.Values[0] = 8;
        buffer = editor.Commit();
        CollectionAssert.AreEqual(new[] { 8, 2, 3 }, buffer.DenseValues().ToArray());

        var sparse = VBufferEditor.Create(ref buffer, 10, 2);
        (sparse.Values[0], sparse.Indices[0], sparse.Values[1], sparse.Indices[1]) = (6, 4, 7, 9);
        Assert.AreEqual(6, sparse.CommitTruncated(1).GetItemOrDefault(4));
        Assert.AreEqual(0, sparse.CommitTruncated(1).GetItemOrDefault(9));
    }
}
