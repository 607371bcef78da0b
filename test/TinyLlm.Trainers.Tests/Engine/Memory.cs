using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Tests.Engine;

/// <summary>Native memory for one test, filled with seeded numbers.</summary>
internal sealed unsafe class Memory : IDisposable
{
    private readonly List<Arena> _arenas = [];
    private readonly Random _random;

    public Memory(int seed) => _random = new Random(seed);

    /// <summary>Returns a matrix of numbers between -1 and 1.</summary>
    public Matrix Random(int rows, int columns)
    {
        var matrix = Zero(rows, columns);
        for (var i = 0L; i < (long)rows * columns; i++)
            matrix.Data[i] = (float)((_random.NextDouble() * 2) - 1);
        return matrix;
    }

    public Matrix Zero(int rows, int columns)
    {
        Matrix matrix = default;
        Arena(arena => matrix = arena.Take(rows, columns));
        return matrix;
    }

    public Arena Arena(Action<Arena> layout)
    {
        _arenas.Add(TinyLlm.Trainers.Engine.Arena.Create("The test", layout));
        return _arenas[^1];
    }

    public static double[,] Copy(Matrix matrix)
    {
        var copy = new double[matrix.Rows, matrix.Columns];
        for (var row = 0; row < matrix.Rows; row++)
        {
            for (var column = 0; column < matrix.Columns; column++)
                copy[row, column] = *matrix.At(row, column);
        }

        return copy;
    }

    public static void AreClose(double[,] expected, Matrix actual, double tolerance, string what)
    {
        for (var row = 0; row < actual.Rows; row++)
        {
            for (var column = 0; column < actual.Columns; column++)
                Assert.AreEqual(expected[row, column], *actual.At(row, column), tolerance, $"{what} [{row}, {column}]");
        }
    }

    public void Dispose() => _arenas.ForEach(arena => arena.Dispose());
}
