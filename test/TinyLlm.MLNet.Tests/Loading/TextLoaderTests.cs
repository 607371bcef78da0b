using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests.Loading;

[TestClass]
public sealed class TextLoaderTests
{
    public sealed class Reading
    {
        [LoadColumn(0)]
        public string Name { get; set; } = "";

        [LoadColumn(1, 2)]
        [VectorType(2)]
        public float[] Axes { get; set; } = [];

        [LoadColumn(3)]
        [ColumnName("Count")]
        public int N { get; set; }

        [LoadColumn(4)]
        public bool Flag { get; set; }
    }

    [TestMethod]
    public void LoadFromTextFile_Typed_ReadsMembers()
    {
        using var file = new TextFile("name,x,y,n,flag\na,1.5,-2e3,7,1\r\nb,,3,-1,false\n");
        var data = Rows.Context.Data.LoadFromTextFile<Reading>(file.FullName, separatorChar: ',', hasHeader: true);
        var rows = Rows.Context.Data.CreateEnumerable<Reading>(data, reuseRowObject: false).ToArray();
        Assert.HasCount(2, rows);
        Assert.AreEqual("a", rows[0].Name);
        CollectionAssert.AreEqual(new[] { 1.5f, -2000 }, rows[0].Axes);
        Assert.AreEqual(7, rows[0].N);
        Assert.IsTrue(rows[0].Flag);
        CollectionAssert.AreEqual(new[] { 0f, 3 }, rows[1].Axes, "An empty real field is 0 unless MissingRealsAsNaNs is set.");
        Assert.IsFalse(rows[1].Flag);
        Assert.IsNotNull(data.Schema.GetColumnOrNull("Count"));
    }

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
    public void DecimalMarker_Comma_ReadsNumbers()
    {
        using var file = new TextFile("a;1,25\nb;-0,5\n");
        var data = Load(file, TextAndNumber, o => (o.Separators, o.DecimalMarker) = ([';'], ','));
        CollectionAssert.AreEqual(new[] { 1.25f, -0.5f }, data.GetColumn<float>("N").ToArray());
    }

    [TestMethod]
    public void TrimWhitespace_EndsOfLines_AreDropped()
    {
        using var file = new TextFile("1,a \n2;b\t \n");
        TextLoader.Column[] columns = [new("T", DataKind.String, 1), new("N", DataKind.Single, 0)];
        var data = Load(file, columns, o => (o.Separators, o.TrimWhitespace) = ([',', ';'], true));
        CollectionAssert.AreEqual(new[] { "a", "b" }, data.GetColumn<string>("T").ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2 }, data.GetColumn<float>("N").ToArray());
    }

    [TestMethod]
    public void KeyColumn_FieldsFromZero_AreKeysFromOne()
    {
        using var file = new TextFile("0\n2\n9\n");
        var column = new TextLoader.Column("K", DataKind.UInt32, [new TextLoader.Range(0)], new KeyCount(3));
        var data = Load(file, [column]);
        Assert.AreEqual<DataViewType>(new KeyDataViewType(typeof(uint), 3), data.Schema["K"].Type);
        CollectionAssert.AreEqual(new uint[] { 1, 3, 0 }, data.GetColumn<uint>("K").ToArray());
    }

    [TestMethod]
    public void Ranges_AllOtherAndOpenEnd_TakeTheRest()
    {
        using var file = new TextFile("a,1,2,3\nb,4,5,6\n");
        TextLoader.Column[] columns =
        [
            new("T", DataKind.String, 0), new("Open", DataKind.Single, [new TextLoader.Range(2, null)]),
            new("Rest", DataKind.Single, [new TextLoader.Range(0, null) { AllOther = true }]),
        ];
        var data = Load(file, columns);
        CollectionAssert.AreEqual(new[] { 5f, 6 }, data.GetColumn<float[]>("Open").Last());
        CollectionAssert.AreEqual(new[] { 4f }, data.GetColumn<float[]>("Rest").Last());
    }

    [TestMethod]
    public void OtherKinds_Fields_AreRead()
    {
        using var file = new TextFile("2015-02-04 17:51:00,-7,18446744073709551615,true,0.1\n");
        TextLoader.Column[] columns =
        [
            new("Time", DataKind.DateTime, 0), new("Small", DataKind.SByte, 1), new("Large", DataKind.UInt64, 2),
            new("Flag", DataKind.Boolean, 3), new("D", DataKind.Double, 4),
        ];
        var data = Load(file, columns);
        Assert.AreEqual(new DateTime(2015, 2, 4, 17, 51, 0), data.GetColumn<DateTime>("Time").Single());
        Assert.AreEqual((sbyte)-7, data.GetColumn<sbyte>("Small").Single());
        Assert.AreEqual(ulong.MaxValue, data.GetColumn<ulong>("Large").Single());
        Assert.IsTrue(data.GetColumn<bool>("Flag").Single());
        Assert.AreEqual(0.1, data.GetColumn<double>("D").Single());
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

    [TestMethod]
    public void Cursor_DisposedEarly_EndsCleanly()
    {
        using var file = new TextFile(string.Concat(Enumerable.Range(0, 300_000).Select(i => $"r,{i}\n")));
        var data = Load(file, TextAndNumber);
        for (var i = 0; i < 5; i++)
        {
            using var cursor = data.GetRowCursor(data.Schema);
            Assert.IsTrue(cursor.MoveNext());
        }

        File.Delete(file.FullName);
        Assert.Throws<FormatException>(() => data.GetColumn<float>("N").Count());
    }

    [TestMethod]
    public void Lines_CommentsInFrontAndSlashes_AreNoRows()
    {
        using var file = new TextFile("# about\n\n// more\nt,n\na,1\n// not\n#b,2\n");
        var data = Load(file, TextAndNumber, o => o.HasHeader = true);
        CollectionAssert.AreEqual(new[] { "a", "#b" }, data.GetColumn<string>("T").ToArray());
    }

    [TestMethod]
    public void WholeNumberColumn_FieldIsNoNumber_Throws()
    {
        using var file = new TextFile("1\nx\n");
        Assert.Throws<FormatException>(() => Load(file, [new TextLoader.Column("N", DataKind.Int32, 0)]).GetColumn<int>("N").Count());
    }

    [TestMethod]
    public void Range_MinAndMaxEqual_MakesAVector()
    {
        using var file = new TextFile("1,2\n");
        var data = Load(file, [new TextLoader.Column("V", DataKind.Single, 1, 1), new TextLoader.Column("S", DataKind.Single, 1)]);
        CollectionAssert.AreEqual(new[] { 2f }, data.GetColumn<float[]>("V").Single());
        Assert.AreEqual(2f, data.GetColumn<float>("S").Single());
    }

    private static TextLoader.Column[] TextAndNumber => [new("T", DataKind.String, 0), new("N", DataKind.Single, 1)];

    private static IDataView Load(TextFile file, TextLoader.Column[] columns, Action<TextLoader.Options>? change = null)
    {
        var options = new TextLoader.Options { Columns = columns, Separators = [','] };
        change?.Invoke(options);
        return Rows.Context.Data.LoadFromTextFile(file.FullName, options);
    }
}
