using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Tests.Engine;

[TestClass]
public sealed class DropoutTests
{
    [TestMethod]
    public void Factor_ManyPlaces_DropsTheRateAndKeepsTheMean()
    {
        var dropout = Dropout.At(0.3f, seed: 1, place: 2);
        var factors = Enumerable.Range(0, 100_000).Select(i => dropout.Factor(i)).ToArray();
        // Four standard deviations of a share of 0.3 in 100,000 draws.
        Assert.AreEqual(0.3, factors.Count(factor => factor == 0) / 1e5, 4 * Math.Sqrt(0.3 * 0.7 / 1e5));
        Assert.AreEqual(1, factors.Average(), 4 * Math.Sqrt(0.3 / 0.7 / 1e5));
        CollectionAssert.AreEquivalent(new[] { 0, 1 / 0.7f }, factors.Distinct().ToArray());
    }

    [TestMethod]
    public void Factor_OtherSeedOrPlace_DropsOthers()
    {
        var mask = Mask(Dropout.At(0.5f, 1, 2));
        Assert.AreEqual(mask, Mask(Dropout.At(0.5f, 1, 2)));
        Assert.AreNotEqual(mask, Mask(Dropout.At(0.5f, 1, 3)));
        Assert.AreNotEqual(mask, Mask(Dropout.At(0.5f, 2, 2)));
    }

    [TestMethod]
    public void None_IsOff() => Assert.IsFalse(Dropout.None.IsOn);

    private static string Mask(Dropout dropout) => string.Concat(Enumerable.Range(0, 64).Select(i => dropout.Factor(i) == 0 ? '0' : '1'));
}
