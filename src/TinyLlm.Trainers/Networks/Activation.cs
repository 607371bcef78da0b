using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>Memory for the largest batch; as a matrix it has the rows of the present one.</summary>
internal readonly struct Activation(BatchShape shape, Matrix memory)
{
    public static implicit operator Matrix(Activation activation) => activation.Rows;

    /// <summary>Gets all rows.</summary>
    public Matrix Memory => memory;

    /// <summary>Gets the rows of the present batch.</summary>
    public Matrix Rows => memory.RowRange(0, shape.Rows);

    /// <summary>Returns some columns of the present batch's rows.</summary>
    public Matrix Columns(int column, int columns) => Rows.ColumnRange(column, columns);
}
