using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests.DataModel;

[TestClass]
public sealed class DataViewSchemaTests
{
    [TestMethod]
    public void Builder_SameNameTwice_LaterHidesEarlier()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", TextDataViewType.Instance);
        builder.AddColumn("A", NumberDataViewType.Double);
        var schema = builder.ToSchema();
        Assert.HasCount(3, schema);
        Assert.IsTrue(schema[0].IsHidden);
        Assert.AreEqual(2, schema["A"].Index);
        Assert.AreEqual(NumberDataViewType.Double, schema["A"].Type);
        Assert.IsNull(schema.GetColumnOrNull("C"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => schema["C"]);
    }

    [TestMethod]
    public void Annotations_AddedValues_AreRead()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue("Unit", TextDataViewType.Instance, "Hz".AsMemory());
        builder.Add(
            "Range",
            new VectorDataViewType(NumberDataViewType.Single, 2),
            (ref VBuffer<float> value) => value = new VBuffer<float>(2, [-1, 1]));
        var annotations = builder.ToAnnotations();
        ReadOnlyMemory<char> unit = default;
        annotations.GetValue("Unit", ref unit);
        Assert.AreEqual("Hz", unit.ToString());
        VBuffer<float> range = default;
        annotations.GetValue("Range", ref range);
        Assert.AreEqual(1, range.GetItemOrDefault(1));
        Assert.ThrowsExactly<InvalidOperationException>(() => annotations.GetValue("Missing", ref unit));
    }

    [TestMethod]
    public void Types_EqualWhereTheyMeanTheSame()
    {
        Assert.AreEqual<DataViewType>(
            new VectorDataViewType(NumberDataViewType.Single, 3), new VectorDataViewType(NumberDataViewType.Single, 3));
        Assert.AreNotEqual<DataViewType>(
            new VectorDataViewType(NumberDataViewType.Single, 3), new VectorDataViewType(NumberDataViewType.Single, 3, 1));
        Assert.AreEqual<DataViewType>(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(uint), 5UL));
        Assert.AreNotEqual<DataViewType>(new KeyDataViewType(typeof(uint), 5), NumberDataViewType.UInt32);
        Assert.IsFalse(new VectorDataViewType(NumberDataViewType.Single).IsKnownSize);
        Assert.AreEqual(typeof(VBuffer<float>), new VectorDataViewType(NumberDataViewType.Single).RawType);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
    }

    [TestMethod]
    public void SchemaShape_Create_KeepsKindsKeysAndAnnotations()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("V", new VectorDataViewType(NumberDataViewType.Single, 3), annotations.ToAnnotations());
        builder.AddColumn("W", new VectorDataViewType(TextDataViewType.Instance));
        builder.AddColumn("K", new KeyDataViewType(typeof(uint), 4));
        var shape = SchemaShape.Create(builder.ToSchema());
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, shape[0].Kind);
        Assert.AreEqual("IsNormalized", shape[0].Annotations[0].Name);
        Assert.AreEqual(SchemaShape.Column.VectorKind.VariableVector, shape[1].Kind);
        Assert.IsTrue(shape[2].IsKey);
        Assert.AreEqual(NumberDataViewType.UInt32, shape[2].ItemType);
        Assert.IsTrue(shape.TryFindColumn("K", out _));
        Assert.IsFalse(shape.TryFindColumn("X", out _));
    }
}
