using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Tests.Engine;

[TestClass]
public sealed unsafe class ArenaTests
{
    [TestMethod]
    public void Create_GivesAlignedZeroMemoryOfTheMeasuredSize()
    {
        float* first = null, second = null;
        var passes = new List<bool>();
        using var arena = Arena.Create("The test", memory =>
        {
            passes.Add(memory.IsReal);
            first = memory.Take(3);
            second = memory.Take(1_000_000);
        });
        CollectionAssert.AreEqual(new[] { false, true }, passes);
        Assert.AreEqual(64 + 4_000_000, arena.ByteCount);
        Assert.AreEqual(0, (long)first % 64);
        Assert.AreEqual(64, (byte*)second - (byte*)first);
        Assert.IsTrue(new Span<float>(second, 1_000_000).IndexOfAnyExcept(0f) < 0);
    }

    [TestMethod]
    [DataRow(1, 16)]
    [DataRow(16, 16)]
    [DataRow(17, 48)]
    [DataRow(256, 272)]
    [DataRow(50257, 50288)]
    public void TakeApart_PutsRowsAnOddNumberOfLinesApart(int columns, int stride)
    {
        Matrix matrix = default;
        using var arena = Arena.Create("The test", memory => matrix = memory.TakeApart(3, columns));
        Assert.AreEqual((3, columns, stride), (matrix.Rows, matrix.Columns, matrix.Stride));
        Assert.AreEqual(3L * stride * sizeof(float), arena.ByteCount);
    }

    [TestMethod]
    public void Create_MoreThanThereIs_StatesBytesAndWayOut()
    {
        var error = Assert.ThrowsExactly<OutOfMemoryException>(() => Arena.Create("The test", memory => memory.Take(1L << 50)));
        StringAssert.StartsWith(error.Message, "The test needs 4,503,599,627,370,496 bytes, and this process may use ");
        StringAssert.Contains(error.Message, "lower BatchSize or SequenceLength, set RecomputeActivations, or take a smaller model.");
    }
}
