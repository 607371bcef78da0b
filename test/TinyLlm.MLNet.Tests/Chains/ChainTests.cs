using Microsoft.ML;

namespace TinyLlm.MLNet.Tests.Chains;

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
}
