using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Tests.Engine;

/// <summary>Every loop at every width and at lengths that fill no register, against the same formula in double precision.</summary>
[TestClass]
public sealed unsafe class VectorKernelsTests
{
    private static readonly int[] Lengths = [1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 130];

    // Numbers are below 4; ten roundings of 32-bit numbers.
    private const double Tolerance = 4e-6;

    public static IEnumerable<object[]> Widths => GemmTests.Widths;

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void SumsAndMultiples_EqualDoubles(object width) => ForEachLength(width, (kernels, n, memory) =>
    {
        var (x, y) = (memory.Random(1, n), memory.Random(1, n));
        var (a, b) = (Memory.Copy(x), Memory.Copy(y));
        kernels.Add(x.Data, y.Data, n);
        AreClose(i => a[0, i] + b[0, i], y, n, "Add");
        kernels.AddScaled(0.3f, x.Data, y.Data, n);
        AreClose(i => (1.3 * a[0, i]) + b[0, i], y, n, "AddScaled");
        kernels.Scale(-2, x.Data, y.Data, n);
        AreClose(i => -2 * a[0, i], y, n, "Scale");
        Assert.AreEqual(Enumerable.Range(0, n).Sum(i => -2 * a[0, i] * a[0, i]), kernels.Dot(x.Data, y.Data, n), Tolerance * n, "Dot");
        Assert.AreEqual(Enumerable.Range(0, n).Max(i => (float)a[0, i]), kernels.Largest(x.Data, n), "Largest");
    });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void AddRows_EqualsDoubles(object width) => ForEachLength(width, (kernels, n, memory) =>
    {
        var (x, y) = (memory.Random(5, n + 3), memory.Zero(1, n));
        kernels.AddRows(x.Data, x.Stride, 5, y.Data, n);
        AreClose(i => Enumerable.Range(0, 5).Sum(row => (double)*x.At(row, i)), y, n, "AddRows");
    });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Activations_EqualDoubles(object width) => ForEachLength(width, (kernels, n, memory) =>
    {
        var (x, up, dy) = (Spread(memory.Random(1, n), 6), memory.Random(1, n), memory.Random(1, n));
        var (y, dx, other) = (memory.Zero(1, n), memory.Zero(1, n), memory.Zero(1, n));
        kernels.Gelu(x.Data, y.Data, n);
        AreClose(i => Gelu(x.Data[i]), y, n, "Gelu");
        kernels.GeluBackward(x.Data, dy.Data, dx.Data, n);
        AreClose(i => dy.Data[i] * Slope(Gelu, x.Data[i]), dx, n, "GeluBackward");
        kernels.SwiGlu(x.Data, up.Data, y.Data, n);
        AreClose(i => Silu(x.Data[i]) * up.Data[i], y, n, "SwiGlu");
        kernels.SwiGluBackward(x.Data, up.Data, dy.Data, dx.Data, other.Data, n);
        AreClose(i => dy.Data[i] * up.Data[i] * Slope(Silu, x.Data[i]), dx, n, "SwiGluBackward, gate");
        AreClose(i => dy.Data[i] * Silu(x.Data[i]), other, n, "SwiGluBackward, up");
    });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Exponentials_EqualDoubles(object width) => ForEachLength(width, (kernels, n, memory) =>
    {
        var (x, y) = (Spread(memory.Random(1, n), 20), memory.Zero(1, n));
        var sum = kernels.Exponentials(x.Data, 0.5f, 10, y.Data, n);
        for (var i = 0; i < n; i++)
            Assert.AreEqual(1, y.Data[i] / Math.Exp((0.5 * x.Data[i]) - 10), 1e-5, $"Exponentials of {n}, {i}");
        var expected = Enumerable.Range(0, n).Sum(i => Math.Exp((0.5 * x.Data[i]) - 10));
        Assert.AreEqual(1, sum / expected, 1e-5, $"sum of {n}");
        expected = Enumerable.Range(0, n).Sum(i => Math.Exp(x.Data[i] - 3.0));
        Assert.AreEqual(1, kernels.SumOfExponentials(x.Data, 3, n) / expected, 1e-5, $"SumOfExponentials of {n}");
    });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Exponentials_OutsideTheRange_StayFiniteAndNaNStaysNaN(object width) => ForEachLength(width, (kernels, n, memory) =>
    {
        var (x, y) = (memory.Zero(1, n), memory.Zero(1, n));
        new Span<float>(x.Data, n).Fill(-1e30f);
        kernels.Exponentials(x.Data, 1, 0, y.Data, n);
        AreClose(_ => 0, y, n, "far below");
        new Span<float>(x.Data, n).Fill(float.NaN);
        Assert.IsTrue(float.IsNaN(kernels.Exponentials(x.Data, 1, 0, y.Data, n)), "NaN");
    });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void SoftmaxBackward_EqualsDoubles(object width) => ForEachLength(width, (kernels, n, memory) =>
    {
        var (p, d) = (memory.Random(1, n), memory.Random(1, n));
        var before = Memory.Copy(d);
        kernels.SoftmaxBackward(p.Data, d.Data, 0.25f, 0.5f, n);
        AreClose(i => p.Data[i] * (before[0, i] - 0.25) * 0.5, d, n, "SoftmaxBackward");
    });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Rotate_TurnsPairsForthAndBack(object width)
    {
        foreach (var n in new[] { 2, 4, 6, 16, 18, 34, 64 })
        {
            using var memory = new Memory(n);
            var kernels = VectorKernels.Create((VectorWidth)width);
            var (x, cosines, sines) = (memory.Random(1, n), memory.Zero(1, n), memory.Zero(1, n));
            for (var i = 0; i < n; i++)
            {
                cosines.Data[i] = (float)Math.Cos(i / 2);
                sines.Data[i] = (float)Math.Sin(i / 2) * (i % 2 == 0 ? -1 : 1);
            }

            var before = Memory.Copy(x);
            kernels.Rotate(x.Data, cosines.Data, sines.Data, 1, n);
            AreClose(
                i => i % 2 == 0
                    ? (before[0, i] * Math.Cos(i / 2)) - (before[0, i + 1] * Math.Sin(i / 2))
                    : (before[0, i] * Math.Cos(i / 2)) + (before[0, i - 1] * Math.Sin(i / 2)),
                x,
                n,
                "Rotate");
            kernels.Rotate(x.Data, cosines.Data, sines.Data, -1, n);
            AreClose(i => before[0, i], x, n, "back");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void LayerNorm_EqualsDoubles(object width) => ForEachLength(width, (kernels, n, memory) =>
    {
        var (x, w, b, dy) = (memory.Random(1, n), memory.Random(1, n), memory.Random(1, n), memory.Random(1, n));
        var (y, dx, dw, db) = (memory.Zero(1, n), memory.Random(1, n), memory.Random(1, n), memory.Random(1, n));
        var (dx0, dw0, db0) = (Memory.Copy(dx), Memory.Copy(dw), Memory.Copy(db));
        const double Epsilon = 0.1;                                     // large, as a row of one number has no variance
        var row = Enumerable.Range(0, n).Select(i => (double)x.Data[i]).ToArray();
        var mean = row.Average();
        var scale = 1 / Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + Epsilon);
        var normal = row.Select(v => (v - mean) * scale).ToArray();
        var g = Enumerable.Range(0, n).Select(i => (double)dy.Data[i] * w.Data[i]).ToArray();
        var (meanG, meanGn) = (g.Average(), g.Zip(normal, (a, c) => a * c).Average());

        var statistics = kernels.LayerNorm(x.Data, w.Data, b.Data, (float)Epsilon, y.Data, n);
        AreClose(i => (normal[i] * w.Data[i]) + b.Data[i], y, n, "LayerNorm");
        kernels.LayerNormBackward(x.Data, w.Data, statistics.Mean, statistics.Scale, dy.Data, dx.Data, dw.Data, db.Data, n);
        AreClose(i => dx0[0, i] + (scale * (g[i] - meanG - (normal[i] * meanGn))), dx, n, "LayerNormBackward, dx");
        AreClose(i => dw0[0, i] + (dy.Data[i] * normal[i]), dw, n, "LayerNormBackward, dWeight");
        AreClose(i => db0[0, i] + dy.Data[i], db, n, "LayerNormBackward, dBias");
    });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void RmsNorm_EqualsDoubles(object width) => ForEachLength(width, (kernels, n, memory) =>
    {
        var (x, w, dy) = (memory.Random(1, n), memory.Random(1, n), memory.Random(1, n));
        var (y, dx, dw) = (memory.Zero(1, n), memory.Random(1, n), memory.Random(1, n));
        var (dx0, dw0) = (Memory.Copy(dx), Memory.Copy(dw));
        var row = Enumerable.Range(0, n).Select(i => (double)x.Data[i]).ToArray();
        var scale = 1 / Math.Sqrt(row.Average(v => v * v) + 0.1);
        var g = Enumerable.Range(0, n).Select(i => (double)dy.Data[i] * w.Data[i]).ToArray();
        var meanGn = g.Zip(row, (a, c) => a * c * scale).Average();

        var found = kernels.RmsNorm(x.Data, w.Data, 0.1f, y.Data, n);
        AreClose(i => row[i] * scale * w.Data[i], y, n, "RmsNorm");
        kernels.RmsNormBackward(x.Data, w.Data, found, dy.Data, dx.Data, dw.Data, n);
        AreClose(i => dx0[0, i] + (scale * (g[i] - (row[i] * scale * meanGn))), dx, n, "RmsNormBackward, dx");
        AreClose(i => dw0[0, i] + (dy.Data[i] * row[i] * scale), dw, n, "RmsNormBackward, dWeight");
    });

    [TestMethod]
    public void Create_NoSuchWidth_Throws() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => VectorKernels.Create((VectorWidth)64));

    private static void ForEachLength(object width, Action<VectorKernels, int, Memory> test)
    {
        foreach (var n in Lengths)
        {
            using var memory = new Memory(n);
            test(VectorKernels.Create((VectorWidth)width), n, memory);
        }
    }

    private static void AreClose(Func<int, double> expected, Matrix actual, int count, string what)
    {
        for (var i = 0; i < count; i++)
            Assert.AreEqual(expected(i), actual.Data[i], Tolerance, $"{what} of {count}, {i}");
    }

    private static Matrix Spread(Matrix matrix, float factor)
    {
        for (var i = 0; i < matrix.Columns; i++)
            matrix.Data[i] *= factor;
        return matrix;
    }

    private static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double Silu(double x) => x / (1 + Math.Exp(-x));

    private static double Slope(Func<double, double> function, double x) => (function(x + 1e-5) - function(x - 1e-5)) / 2e-5;
}
