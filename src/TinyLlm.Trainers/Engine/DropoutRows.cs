namespace TinyLlm.Trainers.Engine;

/// <summary>Applies a dropout mask to a matrix.</summary>
internal sealed class DropoutRows(Processor processor) : RowItems(rowsPerItem: 16)
{
    private Matrix _x, _y;
    private Dropout _dropout;

    /// <summary>Returns y = x·mask, which is its own backward pass, or x itself where nothing is dropped. [M, N]</summary>
    public Matrix Apply(Dropout dropout, Matrix x, Matrix y)
    {
        if (!dropout.IsOn)
            return x;
        (_dropout, _x, _y) = (dropout, x, y);
        Run(processor.Pool, x.Rows);
        return y;
    }

    /// <inheritdoc/>
    protected override unsafe void Execute(int item, int first, int end)
    {
        for (var row = first; row < end; row++)
            _dropout.Apply(_x.At(row, 0), _y.At(row, 0), row, _x.Columns, column: 0, _x.Columns);
    }
}
