using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.MLNet.Tests.Loading;

namespace TinyLlm.MLNet.Tests.Models;

[TestClass]
public sealed class ModelFileTests
{
    [TestMethod]
    public void SaveAndLoad_EveryTransform_SameValues()
    {
        var data = Rows.Numbers(7);
        var transforms = Rows.Context.Transforms;
        var chain = transforms.NormalizeMinMax("Scaled", "Value")
            .Append(transforms.NormalizeMeanVariance("Standard", "Value"))
            .Append(transforms.ReplaceMissingValues("Filled", "Value"))
            .Append(transforms.Concatenate("Features", "Scaled", "Standard", "Filled"))
            .Append(transforms.Conversion.ConvertType("Whole", "Value", DataKind.Int32))
            .Append(transforms.Conversion.MapValueToKey("Key", "Text"))
            .Append(transforms.Conversion.MapKeyToValue("Back", "Key"))
            .Append(transforms.CopyColumns("Copy", "Whole"))
            .Append(transforms.DropColumns("Scaled"))
            .Append(transforms.SelectColumns("Features", "Back", "Copy", "Key"));
        var model = chain.Fit(data);
        using var stream = new MemoryStream();
        Rows.Context.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out var schema);
        Assert.AreEqual("Value:Single Text:String", string.Join(' ', schema.Select(column => $"{column.Name}:{column.Type}")));
        Assert.AreEqual(Dump(model.Transform(data)), Dump(loaded.Transform(data)));
    }

    [TestMethod]
    public void Save_Schema_KeepsTypesAndAnnotations()
    {
        var data = Rows.Numbers(3);
        var prepared = Rows.Context.Transforms.Concatenate("F", "Value")
            .Append(Rows.Context.Transforms.Conversion.MapValueToKey("Text")).Fit(data).Transform(data);
        using var stream = new MemoryStream();
        Rows.Context.Model.Save(Rows.Context.Transforms.CopyColumns("C", "F").Fit(prepared), prepared.Schema, stream);
        stream.Position = 0;
        Rows.Context.Model.Load(stream, out var schema);
        Assert.AreEqual(prepared.Schema["F"].Type, schema["F"].Type);
        Assert.AreEqual(prepared.Schema["Text"].Type, schema["Text"].Type);
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Text"].GetKeyValues(ref values);
        Assert.AreEqual("t1", values.GetItemOrDefault(1).ToString());
    }

    [TestMethod]
    public void Load_NoModelOrTruncated_ThrowsClearly()
    {
        using var file = new TextFile("this is no model");
        Assert.Throws<Exception>(() => Rows.Context.Model.Load(file.FullName, out _));
        using var stream = new MemoryStream();
        Rows.Context.Model.Save(Rows.Context.Transforms.CopyColumns("C", "Value").Fit(Rows.Numbers(1)), Rows.Numbers(1).Schema, stream);
        using var cut = new MemoryStream(stream.ToArray()[..(int)(stream.Length / 2)]);
        Assert.Throws<Exception>(() => Rows.Context.Model.Load(cut, out _));
        Assert.Throws<IOException>(() => Rows.Context.Model.Load(Path.Combine(file.Folder, "missing.zip"), out _));
    }

    [TestMethod]
    public void SaveWithLoader_LoadedLoader_ReadsTheSameRows()
    {
        using var file = new TextFile("n\n1\n2\n");
        var loader = Rows.Context.Data.CreateTextLoader(
            [new TextLoader.Column("Value", DataKind.Single, 0)],
            separatorChar: ',',
            hasHeader: true,
            dataSample: new MultiFileSource(file.FullName));
        var path = Path.Combine(file.Folder, "model.zip");
        Rows.Context.Model.Save(Rows.Context.Transforms.CopyColumns("C", "Value").Fit(loader.Load(file.FullName)), loader, path);
        var transformer = new MLContext().Model.LoadWithDataLoader(path, out var loaded);
        CollectionAssert.AreEqual(new[] { 1f, 2 }, transformer.Transform(loaded.Load(file.FullName)).GetColumn<float>("C").ToArray());
    }

    private static string Dump(IDataView data) =>
        string.Join('\n', data.Preview().RowView.Select(row => string.Join('|', row.Values.Select(pair => pair.Value switch
    {
        VBuffer<float> vector => string.Join(' ', vector.DenseValues()),
        var value => value.ToString(),
    }))));
}
