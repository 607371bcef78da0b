using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace TinyLlm.MLNet.Tests.Models;

[TestClass]
public sealed class PredictionEngineTests
{
    public sealed class Result
    {
        public float[] Features { get; set; } = [];

        public string Upper { get; set; } = "";
    }

    public sealed class Shouted
    {
        public string Upper { get; set; } = "";
    }

    [CustomMappingFactoryAttribute("Shout")]
    public sealed class ShoutFactory : CustomMappingFactory<Rows.Number, Shouted>
    {
        public override Action<Rows.Number, Shouted> GetMapping() => (from, to) => to.Upper = from.Text.ToUpperInvariant();
    }

    [TestMethod]
    public void Predict_Chain_EqualsTransform()
    {
        using var engine = Rows.Context.Model.CreatePredictionEngine<Rows.Number, Result>(Fit());
        var result = engine.Predict(new Rows.Number { Value = 3, Text = "ab" });
        CollectionAssert.AreEqual(new[] { 3f, 0.75f }, result.Features);
        Assert.AreEqual("AB", result.Upper);
        engine.Predict(new Rows.Number { Value = 4, Text = "c" }, ref result);
        CollectionAssert.AreEqual(new[] { 4f, 1f }, result.Features);
        Assert.AreEqual("C", result.Upper);
    }

    [TestMethod]
    public void CustomMapping_SavedByContract_LoadsWhereItsAssemblyIsRegistered()
    {
        using var stream = new MemoryStream();
        Rows.Context.Model.Save(Fit(), Rows.Numbers(1).Schema, stream);
        var context = new MLContext();
        context.ComponentCatalog.RegisterAssembly(typeof(PredictionEngineTests).Assembly);
        var loaded = context.Model.Load(Rewind(stream), out var schema);
        CollectionAssert.AreEqual(new[] { "Value", "Text" }, schema.Select(column => column.Name).ToArray());
        using var engine = context.Model.CreatePredictionEngine<Rows.Number, Result>(loaded);
        Assert.AreEqual("XY", engine.Predict(new Rows.Number { Text = "xy" }).Upper);
    }

    [TestMethod]
    public void CreatePredictionEngine_InputLacksColumn_Throws() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Rows.Context.Model.CreatePredictionEngine<Shouted, Result>(Fit()));

    private static TransformerChain<CustomMappingTransformer<Rows.Number, Shouted>> Fit() =>
        Rows.Context.Transforms.NormalizeMinMax("Scaled", "Value")
        .Append(Rows.Context.Transforms.Concatenate("Features", "Value", "Scaled"))
        .Append(Rows.Context.Transforms.CustomMapping<Rows.Number, Shouted>(new ShoutFactory().GetMapping(), "Shout")).Fit(Rows.Numbers(5));

    private static MemoryStream Rewind(MemoryStream stream)
    {
        stream.Position = 0;
        return stream;
    }
}
