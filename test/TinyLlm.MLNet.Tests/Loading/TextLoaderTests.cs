using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests.Loading;

[TestClass]
public sealed class TextLoaderTests
{
    [TestMethod]
    public void LoadFromTextFile_HeaderNames_NameTheSlots()
    {
        using var file = new TextFile("x;y;z\n1;2;3\n");
        var data = Load(
            file, [new TextLoader.Column("V", DataKind.Single, 1, 2)], options => (options.HasHeader, options.Separators) = (true, [';']));
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["V"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "y", "z" }, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void Quoting_SeparatorsAndDoubledQuotes_BelongToTheField()
    {
        using var file = new TextFile("\"a,b\",1\n\"say \"\"hi\"\"\",2\n");
        var data = Load(file, TextAndNumber, options => options.AllowQuoting = true);
        CollectionAssert.AreEqual(new[] { "a,b", "say \"hi\"" }, data.GetColumn<string>("T").ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2 }, data.GetColumn<float>("N").ToArray());
    }

    [TestMethod]
    public void ReadMultilines_QuotedLineBreak_IsPartOfTheField()
    {
        using var file = new TextFile("\"one\ntwo\",1\r\n\"three\",2\n");
        var data = Load(file, TextAndNumber, options => (options.AllowQuoting, options.ReadMultilines) = (true, true));
        Assert.AreEqual("one\ntwo", data.GetColumn<string>("T").First().Replace("\r", ""));
        CollectionAssert.AreEqual(new[] { 1f, 2 }, data.GetColumn<float>("N").ToArray());
    }

    [TestMethod]
    public void MissingRealsAsNaNs_EmptyField_IsNaN()
    {
        using var file = new TextFile("a,\nb,?\nc,4\n");
        CollectionAssert.AreEqual(
            new[] { float.NaN, float.NaN, 4 }, Load(file, TextAndNumber, o => o.MissingRealsAsNaNs = true).GetColumn<float>("N").ToArray());
        CollectionAssert.AreEqual(new[] { 0, float.NaN, 4 }, Load(file, TextAndNumber).GetColumn<float>("N").ToArray());
    }

    [TestMethod]
    public void Lines_ShortBlankAndLong_AreHandled()
    {
        using var file = new TextFile("a,1,9\n\nb\n\nc,3,9,9,9\n");
        var data = Load(file, TextAndNumber);
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, data.GetColumn<string>("T").ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 0, 3 }, data.GetColumn<float>("N").ToArray());
    }

    [TestMethod]
    public void Wildcard_SeveralFiles_EachWithItsHeader()
    {
        using var file = new TextFile("t,n\na,1\n", "1.csv");
        file.Add("2.csv", "t,n\nb,2\n");
        file.Add("3.txt", "t,n\nc,3\n");
        var data = Rows.Context.Data.LoadFromTextFile(
            Path.Combine(file.Folder, "*.csv"), new TextLoader.Options { Columns = TextAndNumber, Separators = [','], HasHeader = true });
        CollectionAssert.AreEqual(new[] { "a", "b" }, data.GetColumn<string>("T").ToArray());
    }

    [TestMethod]
    public void MaxRows_Limit_StopsEarly()
    {
        using var file = new TextFile("a,1\nb,2\nc,3\n");
        CollectionAssert.AreEqual(new[] { 1f, 2 }, Load(file, TextAndNumber, o => o.MaxRows = 2).GetColumn<float>("N").ToArray());
    }

    [TestMethod]
    public void Header_FewerNamesThanFields_ShiftsNotTheFields()
    {
        // As in the UCI occupancy files: rows begin with a number that the header does not name. Indices count fields, not names.
        using var file = new TextFile("\"date\",\"T\",\"H\"\n\"1\",\"2015-02-04\",23.18,27.272\n");
        var data = Load(
            file,
            [new TextLoader.Column("T", DataKind.Single, 2), new TextLoader.Column("V", DataKind.Single, 2, 3)],
            o => (o.HasHeader, o.AllowQuoting) = (true, true));
        Assert.AreEqual(23.18f, data.GetColumn<float>("T").Single());
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["V"].GetSlotNames(ref names);
        Assert.AreEqual("H", names.GetItemOrDefault(0).ToString().Trim('"'), "The name of the field behind: the trap of such a header.");
    }

    [TestMethod]
    public void ManyBlocks_ThreadsOrNot_SameRowsInOrder()
    {
        var random = new Random(5);
        var numbers = Enumerable.Range(0, 120_000)
            .Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 8)))).ToArray();
        using var file = new TextFile(
            string.Concat(numbers.Select((number, i) => $"row {i},{number.ToString("R", CultureInfo.InvariantCulture)}\n")));
        foreach (var threads in new[] { true, false })
        {
            var data = Load(file, TextAndNumber, o => o.UseThreads = threads);
            CollectionAssert.AreEqual(numbers, data.GetColumn<float>("N").ToArray());
            Assert.AreEqual("row 119999", data.GetColumn<string>("T").Last());
        }
    }

    [TestMethod]
    public void Files_MissingEmptyAndEarlyEnd_AreClear()
    {
        Assert.Throws<ArgumentException>(() => Rows.Context.Data.LoadFromTextFile(Path.Combine("nowhere", "x.csv"), TextAndNumber, ','));
        using var empty = new TextFile("");
        Assert.IsEmpty(Load(empty, TextAndNumber).GetColumn<float>("N"));
        using var noBreak = new TextFile("a,1\nb,2");
        CollectionAssert.AreEqual(new[] { 1f, 2 }, Load(noBreak, TextAndNumber).GetColumn<float>("N").ToArray());
        using var marked = new TextFile([0xEF, 0xBB, 0xBF, .. "a,1\n"u8]);
        Assert.AreEqual("a", Load(marked, TextAndNumber).GetColumn<string>("T").Single());
    }

    private static TextLoader.Column[] TextAndNumber => [new("T", DataKind.String, 0), new("N", DataKind.Single, 1)];

    private static IDataView Load(TextFile file, TextLoader.Column[] columns, Action<TextLoader.Options>? change = null)
    {
        var options = new TextLoader.Options { Columns = columns, Separators = [','] };
        change?.Invoke(options);
        return Rows.Context.Data.LoadFromTextFile(file.FullName, options);
    }
}
