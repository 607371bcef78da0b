using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Tests.Engine;

/// <summary>Products against sums in double precision. K numbers below 1 are summed, so 1e-6·K is more than rounding can make.</summary>
[TestClass]
public sealed class GemmTests
{
    private static readonly (int Rows, int Columns, int Terms)[] Sizes =
    [
        (1, 1, 1), (3, 5, 7), (8, 48, 16), (9, 49, 17), (64, 96, 33), (70, 131, 65), (130, 50, 520),
        (1, 300, 40), (200, 8, 100), (8, 200, 100),
    ];

    public static IEnumerable<object[]> Widths => Enum.GetValues<VectorWidth>()
        .Where(width => width <= VectorKernels.Widest).Select(width => new object[] { width });

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Multiply_AllSizesAndTransposes_EqualsDoubleSums(object width)
    {
        using var memory = new Memory(1);
        using var pool = new WorkerPool(2);
        var gemm = Gemm(memory, pool, (VectorWidth)width, panelNumbers: 1);
        foreach (var (m, n, k) in Sizes)
        {
            for (var flags = 0; flags < 16; flags++)
            {
                var a = (flags & 1) == 0 ? memory.Random(m, k) : memory.Random(k, m).Transposed;
                var b = (flags & 2) == 0 ? memory.Random(k, n) : memory.Random(n, k).Transposed;
                var c = (flags & 4) == 0 ? memory.Random(m, n) : memory.Random(n, m).Transposed;
                var expected = Reference(a, b, (flags & 8) == 0 ? new double[m, n] : Memory.Copy(c));
                gemm.Multiply(a, b, c, add: (flags & 8) != 0);
                Memory.AreClose(expected, c, 1e-6 * (k + 1), $"{m}×{n}×{k}, flags {flags}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Multiply_TwoPairs_AddsBothProducts(object width)
    {
        using var memory = new Memory(2);
        using var pool = new WorkerPool(3);
        var gemm = Gemm(memory, pool, (VectorWidth)width, panelNumbers: 1);
        var (a, b, c) = (memory.Random(70, 1100), memory.Random(130, 1100).Transposed, memory.Random(70, 130));
        var (a2, b2) = (memory.Random(70, 8), memory.Random(130, 8).Transposed);
        var expected = Reference(a2, b2, Reference(a, b, Memory.Copy(c)));
        gemm.Multiply(a, b, a2, b2, c, add: true);
        Memory.AreClose(expected, c, 1e-3, "two pairs");
    }

    // What a product makes of B in BF16 is what it makes of the same numbers in 32 bits, to the last bit.
    [TestMethod]
    [DynamicData(nameof(Widths))]
    public unsafe void Multiply_BFloat16_GivesTheBitsOfTheWidenedNumbers(object width)
    {
        using var memory = new Memory(4);
        using var pool = new WorkerPool(2);
        var gemm = Gemm(memory, pool, (VectorWidth)width, panelNumbers: 1);
        foreach (var (m, n, k) in Sizes)
        {
            foreach (var transposed in new[] { false, true })
            {
                var a = memory.Random(m, k);
                var wide = transposed ? memory.Random(n, k) : memory.Random(k, n);
                Matrix half = default;
                memory.Arena(arena => half = arena.TakeBFloat16(wide.Rows, wide.Columns));
                BFloat16Rows.Round(wide.Data, half.Halves, n * k);
                BFloat16Rows.Widen(half.Halves, wide.Data, n * k);
                var (expected, found) = (memory.Zero(m, n), memory.Zero(m, n));
                gemm.Multiply(a, transposed ? wide.Transposed : wide, expected);
                gemm.Multiply(a, transposed ? half.Transposed : half, found);
                CollectionAssert.AreEqual(
                    new Span<float>(expected.Data, m * n).ToArray(),
                    new Span<float>(found.Data, m * n).ToArray(),
                    $"{m}×{n}×{k}, transposed {transposed}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Multiply_ManyTransposedColumns_EqualsDoubleSums(object width)
    {
        const int Columns = 12_300;
        using var memory = new Memory(6);
        var (a, b, c) = (memory.Random(70, 40), memory.Random(Columns, 40).Transposed, memory.Random(70, Columns));
        Assert.AreEqual(BReading.OwnPanel, Cut(a, b, (VectorWidth)width).Reading);
        var expected = Reference(a, b, Memory.Copy(c));
        using var pool = new WorkerPool(3);
        Gemm(memory, pool, (VectorWidth)width).Multiply(a, b, c, add: true);
        Memory.AreClose(expected, c, 4e-5, "own panels");
    }

    // In 32 bits where B stands, in 32 bits where its rows lie badly, in BF16: read differently, summed in the same order.
    [TestMethod]
    [DynamicData(nameof(Widths))]
    public unsafe void Multiply_ManyTerms_EqualsDoubleSumsHoweverBIsRead(object width)
    {
        const int Terms = 8_200;
        using var memory = new Memory(7);
        var (a, b, before) = (memory.Random(20, Terms), memory.Random(Terms, 300), memory.Random(20, 300));
        var crowded = memory.Zero(Terms, 512).ColumnRange(0, 300);
        Matrix half = default;
        memory.Arena(arena => half = arena.TakeBFloat16(Terms, 300));
        BFloat16Rows.Round(b.Data, half.Halves, Terms * 300);
        BFloat16Rows.Widen(half.Halves, b.Data, Terms * 300);
        for (var row = 0; row < Terms; row++)
            new Span<float>(b.At(row, 0), 300).CopyTo(new Span<float>(crowded.At(row, 0), 300));
        var expected = Reference(a, b, Memory.Copy(before));
        float[]? first = null;
        foreach (var (right, reading, workers) in new[]
        {
            (b, BReading.InPlace, 1), (b, BReading.InPlace, 4), (crowded, BReading.OwnPanel, 2), (half, BReading.OwnPanel, 3),
        })
        {
            var cut = Cut(a, right, (VectorWidth)width);
            Assert.AreEqual((reading, true), (cut.Reading, cut.Chunks > 1));
            using var pool = new WorkerPool(workers);
            var c = memory.Zero(20, 300);
            new Span<float>(before.Data, 20 * 300).CopyTo(new Span<float>(c.Data, 20 * 300));
            Gemm(memory, pool, (VectorWidth)width).Multiply(a, right, c, add: true);
            Memory.AreClose(expected, c, 1e-6 * Terms, $"{reading}");
            var bits = new Span<float>(c.Data, 20 * 300).ToArray();
            CollectionAssert.AreEqual(first ??= bits, bits, $"{reading}, {workers} workers");
        }
    }

    [TestMethod]
    public void Multiply_BFloat16OnTheLeft_Throws()
    {
        using var memory = new Memory(5);
        using var pool = new WorkerPool(1);
        var gemm = Gemm(memory, pool, VectorKernels.Widest, panelNumbers: 1);
        Matrix half = default;
        memory.Arena(arena => half = arena.TakeBFloat16(4, 4));
        var error = Assert.ThrowsExactly<ArgumentException>(() => gemm.Multiply(half, memory.Zero(4, 4), memory.Zero(4, 4)));
        Assert.AreEqual("Only the right side of a product, B, may be in BF16.", error.Message);
    }

    [TestMethod]
    public unsafe void Multiply_AnyWorkersPanelAndOrder_GivesTheSameBits()
    {
        using var memory = new Memory(3);
        var (a, b) = (memory.Random(150, 1300), memory.Random(1300, 170));
        float[]? first = null;
        foreach (var (workers, panel) in new[] { (1, 1L), (2, 1L), (4, 1L), (4, 1L << 20) })
        {
            using var pool = new WorkerPool(workers);
            var gemm = Gemm(memory, pool, VectorKernels.Widest, panel);
            var c = memory.Zero(150, 170);
            gemm.Multiply(a, b, c);
            var bits = new Span<float>(c.Data, 150 * 170).ToArray();
            first ??= bits;
            CollectionAssert.AreEqual(first, bits, $"{workers} workers, panel {panel}");
        }
    }

    [TestMethod]
    public void Multiply_SizesThatDoNotFit_Throws()
    {
        using var memory = new Memory(4);
        using var pool = new WorkerPool(1);
        var gemm = Gemm(memory, pool, VectorWidth.Bits128, panelNumbers: 1);
        var error = Assert.ThrowsExactly<ArgumentException>(() => gemm.Multiply(memory.Zero(2, 3), memory.Zero(4, 5), memory.Zero(2, 5)));
        StringAssert.Contains(error.Message, "[2, 3]·[4, 5] + [0, 0]·[0, 0] does not make [2, 5]");
    }

    // Room for eight sums of 6,000 numbers.
    private const long PanelNumbers = 48_000;

    private static GemmCut Cut(Matrix a, Matrix b, VectorWidth width) =>
        new(new PackedProduct(VectorKernels.Create(width)), a, b, default, PanelNumbers);

    private static Gemm Gemm(Memory memory, WorkerPool pool, VectorWidth width, long panelNumbers = PanelNumbers)
    {
        Gemm gemm = null!;
        memory.Arena(arena => gemm = new Gemm(pool, VectorKernels.Create(width), arena, panelNumbers));
        return gemm;
    }

    private static unsafe double[,] Reference(Matrix a, Matrix b, double[,] sums)
    {
        for (var row = 0; row < a.Rows; row++)
        {
            for (var column = 0; column < b.Columns; column++)
            {
                for (var k = 0; k < a.Columns; k++)
                    sums[row, column] += (double)*a.At(row, k) * *b.At(k, column);
            }
        }

        return sums;
    }
}
