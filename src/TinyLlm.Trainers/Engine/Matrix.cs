namespace TinyLlm.Trainers.Engine;

/// <summary>Rows of numbers somewhere in an <see cref="Arena"/>, or their transpose.</summary>
/// <remarks>
/// The numbers have 32 bits, or 16 where the matrix is only read: then by the packing of a product's right side, which widens them.
/// </remarks>
internal readonly unsafe struct Matrix
{
    public Matrix(float* data, int rows, int columns)
        : this(data, rows, columns, columns, isTransposed: false, isBFloat16: false)
    {
    }

    public Matrix(ushort* data, int rows, int columns)
        : this(data, rows, columns, columns, isTransposed: false, isBFloat16: true)
    {
    }

    private Matrix(void* data, int rows, int columns, int stride, bool isTransposed, bool isBFloat16)
    {
        Data = (float*)data;
        (Rows, Columns, Stride, IsTransposed, IsBFloat16) = (rows, columns, stride, isTransposed, isBFloat16);
    }

    /// <summary>Gets where the first number is, unless <see cref="IsBFloat16"/>.</summary>
    public float* Data { get; }

    /// <summary>Gets where the first number is if <see cref="IsBFloat16"/>.</summary>
    public ushort* Halves => (ushort*)Data;

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Gets the distance between two rows in memory, or between two columns where <see cref="IsTransposed"/>.</summary>
    public int Stride { get; }

    /// <summary>Gets whether numbers of one column, not of one row, are neighbours in memory.</summary>
    public bool IsTransposed { get; }

    /// <summary>Gets whether the numbers are in BF16.</summary>
    public bool IsBFloat16 { get; }

    public bool IsEmpty => Data == null;

    /// <summary>Gets the same numbers with rows and columns exchanged.</summary>
    public Matrix Transposed => new(Data, Columns, Rows, Stride, !IsTransposed, IsBFloat16);

    /// <summary>Returns where an element is.</summary>
    public float* At(int row, int column) => Data + Offset(row, column);

    /// <summary>Returns where an element in BF16 is.</summary>
    public ushort* HalfAt(int row, int column) => Halves + Offset(row, column);

    /// <summary>Returns a rectangle of the matrix.</summary>
    public Matrix Part(int row, int rows, int column, int columns) =>
        new(IsBFloat16 ? HalfAt(row, column) : (void*)At(row, column), rows, columns, Stride, IsTransposed, IsBFloat16);

    /// <summary>Returns some of the rows.</summary>
    public Matrix RowRange(int row, int rows) => Part(row, rows, 0, Columns);

    /// <summary>Returns some of the columns.</summary>
    public Matrix ColumnRange(int column, int columns) => Part(0, Rows, column, columns);

    private long Offset(int row, int column) => IsTransposed ? ((long)column * Stride) + row : ((long)row * Stride) + column;
}
