namespace TinyLlm.Trainers.Tests.Networks;

/// <summary>A matrix in double precision with the plainest products there are: the reference's only arithmetic.</summary>
internal sealed class Tensor(int rows, int columns)
{
    private readonly double[] _values = new double[rows * columns];

    public int Rows => rows;

    public int Columns => columns;

    public ref double this[int row, int column] => ref _values[(row * columns) + column];

    public ref double this[int index] => ref _values[index];

    public int Count => _values.Length;

    public static Tensor Of(int rows, int columns, Func<int, int, double> value)
    {
        var result = new Tensor(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                result[row, column] = value(row, column);
        }

        return result;
    }

    public static Tensor operator +(Tensor a, Tensor b) => Of(a.Rows, a.Columns, (i, j) => a[i, j] + b[i, j]);

    /// <summary>x·Wᵀ.</summary>
    public Tensor TimesTransposed(Tensor weight) => Of(Rows, weight.Rows, (i, j) =>
    {
        var sum = 0d;
        for (var k = 0; k < Columns; k++)
            sum += this[i, k] * weight[j, k];
        return sum;
    });

    /// <summary>x·W.</summary>
    public Tensor Times(Tensor weight) => Of(Rows, weight.Columns, (i, j) =>
    {
        var sum = 0d;
        for (var k = 0; k < Columns; k++)
            sum += this[i, k] * weight[k, j];
        return sum;
    });

    public Tensor Transposed() => Of(Columns, Rows, (i, j) => this[j, i]);

    public Tensor Scaled(double factor) => Of(Rows, Columns, (i, j) => this[i, j] * factor);

    public Tensor ColumnRange(int first, int count) => Of(Rows, count, (i, j) => this[i, first + j]);

    public void AddTo(Tensor target, int firstColumn = 0)
    {
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
                target[i, firstColumn + j] += this[i, j];
        }
    }

    public Tensor SumOfRows()
    {
        var sums = new Tensor(1, Columns);
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
                sums[0, j] += this[i, j];
        }

        return sums;
    }
}
