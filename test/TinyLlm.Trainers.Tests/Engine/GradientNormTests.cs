using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Tests.Engine;

[TestClass]
public sealed unsafe class GradientNormTests
{
    [TestMethod]
    public void Compute_ManyTensors_AgreesWithTheSumOfSquares()
    {
        using var numbers = new Numbers([[37, 900], [5], [16_384], [3, 16_385]]);
        numbers.FillGradients(1);
        var all = numbers.Parameters.SelectMany(parameter => Numbers.Read(parameter.Gradients, parameter.Count));
        var expected = Math.Sqrt(all.Sum(value => value * value));
        using var pool = new WorkerPool(3);

        // Both are sums of about 10⁵ terms in double precision, in other orders.
        Assert.AreEqual(expected, new GradientNorm(numbers.Parameters, pool).Compute(), 1e-11 * expected);
    }

    [TestMethod]
    public void Compute_AnyNumberOfWorkers_GivesTheSameBits()
    {
        using var numbers = new Numbers([[300, 1001], [5]]);
        numbers.FillGradients(1);
        double Of(int workers)
        {
            using var pool = new WorkerPool(workers);
            return new GradientNorm(numbers.Parameters, pool).Compute();
        }

        Assert.AreEqual(Of(1), Of(2));
        Assert.AreEqual(Of(1), Of(4));
    }

    [TestMethod]
    public void Compute_LargestNumbers_DoesNotOverflow()
    {
        using var numbers = new Numbers([[64]]);
        new Span<float>(numbers.Parameters[0].Gradients, 64).Fill(float.MaxValue);
        using var pool = new WorkerPool(1);
        Assert.AreEqual(8.0 * float.MaxValue, new GradientNorm(numbers.Parameters, pool).Compute(), 1e-9 * float.MaxValue);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.NegativeInfinity)]
    public void FirstNotFinite_OneBadGradient_FindsItsTensor(float bad)
    {
        using var numbers = new Numbers([[300, 301], [5], [40, 40]]);
        numbers.FillGradients(1);
        using var pool = new WorkerPool(2);
        var norm = new GradientNorm(numbers.Parameters, pool);
        Assert.IsTrue(double.IsFinite(norm.Compute()));
        Assert.IsNull(norm.FirstNotFinite());
        numbers.Parameters[1].Gradients[4] = numbers.Parameters[2].Gradients[1599] = bad;
        Assert.IsFalse(double.IsFinite(norm.Compute()));
        Assert.AreEqual("tensor.1", norm.FirstNotFinite()!.Name);
    }
}
