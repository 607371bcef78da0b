namespace TinyLlm.Trainers.Engine;

/// <summary>Rows of 32-bit numbers somewhere in an <see cref="Arena"/>, or their transpose.</summary>
internal readonly unsafe struct Matrix
{
    public Matrix(float* data, int rows, int columns)
        : this(data, rows, columns, columns, isTransposed: false)
    {
    }

    private Matrix(float* data, int rows, int columns, int stride, bool isTransposed)
    {
        Data = data;
        (Rows, Columns, Stride, IsTransposed) = (rows, columns, stride, isTransposed);
    }

    public float* Data { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Gets the distance between two rows in memory, or between two columns where <see cref="IsTransposed"/>.</summary>
    public int Stride { get; }

    /// <summary>Gets whether numbers of one column, not of one row, are neighbours in memory.</summary>
    public bool IsTransposed { get; }

    public bool IsEmpty => Data == null;

    /// <summary>Gets the same numbers with rows and columns exchanged.</summary>
    public Matrix Transposed => new(Data, Columns, Rows, Stride, !IsTransposed);

    /// <summary>Returns where an element is.</summary>
    public float* At(int row, int column) => IsTransposed ? Data + ((long)column * Stride) + row : Data + ((long)row * Stride) + column;

    /// <summary>Returns a rectangle of the matrix.</summary>
    public Matrix Part(int row, int rows, int column, int columns) => new(At(row, column), rows, columns, Stride, IsTransposed);

    /// <summary>Returns some of the rows.</summary>
    public Matrix RowRange(int row, int rows) => Part(row, rows, 0, Columns);

    /// <summary>Returns some of the columns.</summary>
    public Matrix ColumnRange(int column, int columns) => Part(0, Rows, column, columns);
}
