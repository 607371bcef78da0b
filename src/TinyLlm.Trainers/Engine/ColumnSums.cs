namespace TinyLlm.Trainers.Engine;

/// <summary>Adds all rows of a matrix to one row, each column from the first row to the last.</summary>
internal sealed unsafe class ColumnSums(Processor processor) : WorkItems
{
    private const int ColumnsPerItem = 64;

    private Matrix _source;
    private float* _target;

    /// <summary>target += the sum of the rows. [N]</summary>
    public void AddTo(Matrix source, float* target)
    {
        _source = source;
        _target = target;
        processor.Pool.Run(this, (source.Columns + ColumnsPerItem - 1) / ColumnsPerItem);
    }

    /// <inheritdoc/>
    public override void Execute(int item, int worker)
    {
        var column = item * ColumnsPerItem;
        var count = Math.Min(ColumnsPerItem, _source.Columns - column);
        processor.Kernels.AddRows(_source.At(0, column), _source.Stride, _source.Rows, _target + column, count);
    }
}
