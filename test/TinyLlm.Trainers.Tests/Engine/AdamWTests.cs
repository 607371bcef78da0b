using System.Collections.Immutable;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Engine;

[TestClass]
public sealed unsafe class AdamWTests
{
    private static readonly AdamWOptions Options = new(0.9, 0.95, 1e-8, 0.1);

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void Update_TenSteps_AgreesWithTheFormulaInDoublePrecision(int workers)
    {
        using var numbers = new Numbers([[37, 900], [5], [16_384], [3, 16_385]]);
        using var pool = new WorkerPool(workers);
        using var optimizer = new AdamW(numbers.Parameters, pool, Options);
        var expected = numbers.Parameters.Select(parameter => Numbers.Read(parameter.Weights, parameter.Count)).ToArray();
        var (first, second) = (expected.Select(w => new double[w.Length]).ToArray(), expected.Select(w => new double[w.Length]).ToArray());
        for (var step = 1; step <= 10; step++)
        {
            var (rate, scale) = (1e-2 / step, 0.5);
            numbers.FillGradients(step);
            for (var p = 0; p < expected.Length; p++)
            {
                var parameter = numbers.Parameters[p];
                var gradients = Numbers.Read(parameter.Gradients, parameter.Count).Select(gradient => gradient * scale).ToArray();
                Reference(expected[p], gradients, first[p], second[p], step, rate, decays: parameter.Shape.Length >= 2);
            }

            optimizer.Update(step, rate, scale);
        }

        // 32-bit rounding of ten updates of at most 0.01 to weights of at most 1.
        for (var p = 0; p < expected.Length; p++)
        {
            for (var i = 0; i < expected[p].Length; i++)
                Assert.AreEqual(expected[p][i], numbers.Parameters[p].Weights[i], 2e-6, $"{numbers.Parameters[p].Name}[{i}]");
        }
    }

    [TestMethod]
    public void Update_OneStepByHand_MatchesThePaper()
    {
        using var numbers = new Numbers([[1, 2]]);
        var parameter = numbers.Parameters[0];
        (parameter.Weights[0], parameter.Weights[1]) = (1, -2);
        (parameter.Gradients[0], parameter.Gradients[1]) = (4, -1);
        using var pool = new WorkerPool(1);
        using var optimizer = new AdamW(numbers.Parameters, pool, Options);
        optimizer.Update(1, 0.01, 0.25);

        // The corrected moments of the first step are g and g²: it goes 0.01 against the sign of g, and decay takes 0.01·0.1 of the weight.
        Assert.AreEqual(1 - 0.001 - 0.01, parameter.Weights[0], 1e-6);
        Assert.AreEqual(-2 + 0.002 + 0.01, parameter.Weights[1], 1e-6);
        Assert.AreEqual(0.1, optimizer.FirstMoments[0][0], 1e-7);
        Assert.AreEqual(0.05, optimizer.SecondMoments[0][0], 1e-7);
    }

    [TestMethod]
    public void Update_Gradients_AreZeroAfterwards()
    {
        using var numbers = new Numbers([[3, 9], [20]]);
        numbers.FillGradients(1);
        using var pool = new WorkerPool(2);
        using var optimizer = new AdamW(numbers.Parameters, pool, Options);
        optimizer.Update(1, 0.01, 1);
        foreach (var parameter in numbers.Parameters)
            Assert.IsTrue(Numbers.Read(parameter.Gradients, parameter.Count).All(gradient => gradient == 0));
    }

    [TestMethod]
    public void Update_ZeroGradient_DecaysMatricesOnly()
    {
        using var numbers = new Numbers([[3, 9], [20]]);
        var before = numbers.Parameters.Select(parameter => Numbers.Read(parameter.Weights, parameter.Count)).ToArray();
        using var pool = new WorkerPool(1);
        using var optimizer = new AdamW(numbers.Parameters, pool, Options);
        optimizer.Update(1, 0.5, 1);
        for (var i = 0; i < 27; i++)
            Assert.AreEqual(before[0][i] * 0.95, numbers.Parameters[0].Weights[i], 1e-7);
        CollectionAssert.AreEqual(before[1], Numbers.Read(numbers.Parameters[1].Weights, 20));
    }

    [TestMethod]
    public void Update_AnyNumberOfWorkers_GivesTheSameBits()
    {
        float[] Run(int workers)
        {
            using var numbers = new Numbers([[300, 301], [7]]);
            using var pool = new WorkerPool(workers);
            using var optimizer = new AdamW(numbers.Parameters, pool, Options);
            for (var step = 1; step <= 3; step++)
            {
                numbers.FillGradients(step);
                optimizer.Update(step, 0.01, 1);
            }

            return [.. Numbers.Read(numbers.Parameters[0].Weights, 300 * 301).Select(weight => (float)weight)];
        }

        CollectionAssert.AreEqual(Run(1), Run(4));
    }

    [TestMethod]
    public void Update_FrozenParameter_HasNoMoments()
    {
        using var numbers = new Numbers([[3, 9], [20]], frozen: 0);
        var before = Numbers.Read(numbers.Parameters[0].Weights, 27);
        using var pool = new WorkerPool(1);
        using var optimizer = new AdamW(numbers.Parameters, pool, Options);
        numbers.FillGradients(1);
        optimizer.Update(1, 0.01, 1);
        Assert.HasCount(1, optimizer.Trained);
        CollectionAssert.AreEqual(before, Numbers.Read(numbers.Parameters[0].Weights, 27));
    }

    // Algorithm 2 of arXiv 1711.05101 with the decay times the learning rate, in double precision.
    private static void Reference(double[] w, double[] g, double[] m, double[] v, int step, double rate, bool decays)
    {
        for (var i = 0; i < w.Length; i++)
        {
            m[i] = (0.9 * m[i]) + (0.1 * g[i]);
            v[i] = (0.95 * v[i]) + (0.05 * g[i] * g[i]);
            var (corrected, root) = (m[i] / (1 - Math.Pow(0.9, step)), Math.Sqrt(v[i] / (1 - Math.Pow(0.95, step))));
            w[i] -= rate * ((corrected / (root + 1e-8)) + (decays ? 0.1 * w[i] : 0));
        }
    }
}
