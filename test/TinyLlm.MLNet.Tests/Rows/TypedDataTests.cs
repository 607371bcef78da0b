using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests;

[TestClass]
public sealed class TypedDataTests
{
    public sealed class Row
    {
        public float Number { get; set; }

        public string? Text { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [];

        public int[] Variable { get; set; } = [];

        [KeyType(3)]
        public uint Key { get; set; }

        [ColumnName("Renamed")]
        public bool Flag;

        [NoColumn]
        public object? Ignored { get; set; }
    }

    private static readonly Row[] Data =
    [
        new() { Number = 1, Text = "a", Vector = [1, 2], Variable = [1], Key = 1, Flag = true },
        new() { Number = 2, Text = null, Vector = [3, 4], Variable = [], Key = 0 },
    ];

    [TestMethod]
    public void LoadFromEnumerable_Class_GivesTypedColumns()
    {
        var schema = Rows.Of(Data).Schema;
        Assert.AreEqual(NumberDataViewType.Single, schema["Number"].Type);
        Assert.AreEqual<DataViewType>(TextDataViewType.Instance, schema["Text"].Type);
        Assert.AreEqual<DataViewType>(new VectorDataViewType(NumberDataViewType.Single, 2), schema["Vector"].Type);
        Assert.AreEqual<DataViewType>(new VectorDataViewType(NumberDataViewType.Int32), schema["Variable"].Type);
        Assert.AreEqual<DataViewType>(new KeyDataViewType(typeof(uint), 3), schema["Key"].Type);
        Assert.AreEqual<DataViewType>(BooleanDataViewType.Instance, schema["Renamed"].Type);
        Assert.IsNull(schema.GetColumnOrNull("Ignored"));
    }

    [TestMethod]
    public void CreateEnumerable_RoundTrip_SameValues()
    {
        foreach (var reuse in new[] { false, true })
        {
            var texts = Rows.Context.Data.CreateEnumerable<Row>(Rows.Of(Data), reuse)
                .Select(row =>
                    $"{row.Number} {row.Text} {string.Join(',', row.Vector)} {string.Join(',', row.Variable)} {row.Key} {row.Flag}")
                .ToArray();
            CollectionAssert.AreEqual(new[] { "1 a 1,2 1 1 True", "2  3,4  0 False" }, texts);
        }
    }

    [TestMethod]
    public void CreateEnumerable_MissingColumn_ThrowsUnlessIgnored()
    {
        var data = Rows.Context.Transforms.SelectColumns("Number").Fit(Rows.Of(Data)).Transform(Rows.Of(Data));
        Assert.AreEqual(1, Rows.Context.Data.CreateEnumerable<Row>(data, false, ignoreMissingColumns: true).First().Number);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Rows.Context.Data.CreateEnumerable<Row>(data, false).Count());
    }

    [TestMethod]
    public void LoadFromEnumerable_WrongVectorSize_Throws()
    {
        var data = Rows.Of(new Row { Vector = [1, 2, 3] });
        Assert.Throws<Exception>(() => data.GetColumn<float[]>("Vector").ToArray());
    }

    [TestMethod]
    public void LoadFromEnumerable_SequenceIsLazyAndReadAnew()
    {
        var read = 0;
        var data = Rows.Context.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i =>
        {
            read++;
            return new Row { Number = i, Vector = [0, 0] };
        }));
        Assert.AreEqual(0, read);
        Assert.AreEqual(10, data.GetColumn<float>("Number").Sum());
        Assert.AreEqual(10, data.GetColumn<float>("Number").Sum());
        Assert.AreEqual(10, read);
        Assert.IsNull(data.GetRowCount());
        Assert.AreEqual(2, Rows.Of(Data).GetRowCount());
    }

    [TestMethod]
    public void Cursor_InactiveColumnOrWrongType_Throws()
    {
        var data = Rows.Of(Data);
        using var cursor = data.GetRowCursor([data.Schema["Number"]]);
        Assert.IsTrue(cursor.IsColumnActive(data.Schema["Number"]));
        Assert.IsFalse(cursor.IsColumnActive(data.Schema["Text"]));
        Assert.Throws<Exception>(() => cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Text"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<double>(data.Schema["Number"]));
    }

    [TestMethod]
    public void Preview_Rows_ShowsTheFirst()
    {
        var preview = Rows.Numbers(10).Preview(maxRows: 3);
        Assert.HasCount(3, preview.RowView);
        Assert.AreEqual(2f, preview.ColumnView[0].Values[2]);
    }
}
