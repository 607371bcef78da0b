using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests.Transforms;

[TestClass]
public sealed class ChainTests
{
    [TestMethod]
    public void Fit_BadLaterStage_ThrowsBeforeTheFirstFits()
    {
        var fitted = false;
        var chain = Rows.Context.Transforms.NormalizeMinMax("Value").WithOnFitDelegate(_ => fitted = true)
            .Append(Rows.Context.Transforms.CopyColumns("Copy", "Nothing"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => chain.Fit(Rows.Numbers(4)));
        Assert.IsFalse(fitted);
    }

    [TestMethod]
    public void AppendCacheCheckpoint_LaterFits_DoNotReadTheSourceAgain()
    {
        var read = 0;
        var data = Rows.Context.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i =>
        {
            read++;
            return new Rows.Number { Value = i };
        }));
        var transforms = Rows.Context.Transforms;
        transforms.CopyColumns("Copy", "Value").AppendCacheCheckpoint(Rows.Context)
            .Append(transforms.NormalizeMinMax("Copy")).Append(transforms.NormalizeMeanVariance("Value")).Fit(data);
        Assert.IsLessThanOrEqualTo(40, read, "Each of the two columns is read once.");
    }

    [TestMethod]
    public void Append_Scope_SelectsTransformers()
    {
        var transforms = Rows.Context.Transforms;
        var chain = new EstimatorChain<ITransformer>()
            .Append(transforms.CopyColumns("Both", "Value"))
            .Append(transforms.CopyColumns("Training", "Value"), TransformerScope.TrainTest);
        var model = chain.Fit(Rows.Numbers(2));
        Assert.IsNotNull(model.GetOutputSchema(Rows.Numbers(1).Schema).GetColumnOrNull("Training"));
        var scoring = model.GetModelFor(TransformerScope.Scoring);
        Assert.IsNull(scoring.GetOutputSchema(Rows.Numbers(1).Schema).GetColumnOrNull("Training"));
        Assert.HasCount(1, scoring);
    }

    [TestMethod]
    public void Cursors_SeveralAtOnce_DoNotDisturbEachOther()
    {
        var data = Rows.Context.Transforms.NormalizeMinMax("Value").Fit(Rows.Numbers(5)).Transform(Rows.Numbers(5));
        using var first = data.GetRowCursor(data.Schema);
        using var second = data.GetRowCursor(data.Schema);
        var getFirst = first.GetGetter<float>(data.Schema["Value"]);
        var getSecond = second.GetGetter<float>(data.Schema["Value"]);
        float a = 0, b = 0;
        Assert.IsTrue(first.MoveNext() && first.MoveNext() && second.MoveNext());
        getFirst(ref a);
        getSecond(ref b);
        Assert.AreEqual(0.25f, a);
        Assert.AreEqual(0f, b);
    }

    public sealed class Guarded
    {
        public float Value { get; set; }

        public float Forbidden
        {
            get => throw new InvalidOperationException("Nobody asked for this column.");
            set => throw new InvalidOperationException($"Nobody asked for this column: {value}.");
        }
    }

    [TestMethod]
    public void Cursor_ComputedColumn_AsksForItsInputsOnly()
    {
        var data = Rows.Of(new Guarded { Value = 2 }, new Guarded { Value = 4 });
        var transforms = Rows.Context.Transforms;
        var model = transforms.CopyColumns("Copy", "Forbidden")
            .Append(transforms.NormalizeMinMax("Scaled", "Value")).Append(transforms.Concatenate("Features", "Scaled", "Value")).Fit(data);
        var output = Rows.Context.Data.Cache(Rows.Context.Data.TakeRows(model.Transform(data), 2));
        CollectionAssert.AreEqual(new[] { 1f, 4 }, output.GetColumn<float[]>("Features").Last());
        Assert.Throws<Exception>(() => output.GetColumn<float>("Copy").ToArray());
    }
}
