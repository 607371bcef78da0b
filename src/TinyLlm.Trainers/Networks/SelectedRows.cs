using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>Copies chosen rows of a matrix together, and back among zeros.</summary>
internal sealed unsafe class SelectedRows(Processor processor) : RowItems(rowsPerItem: 32)
{
    private readonly DropoutRows _dropout = new(processor);
    private Matrix _from, _to;
    private int[] _rows = [];
    private bool _isGather;

    /// <summary>to[i] = from[rows[i]]. [G, C]</summary>
    public void Gather(Matrix from, int[] rows, Matrix to)
    {
        (_from, _rows, _to, _isGather) = (from, rows, to, true);
        Run(processor.Pool, to.Rows);
    }

    /// <summary>to[rows[i]] = from[i], and zero elsewhere. [R, C]</summary>
    public void Scatter(Matrix from, int[] rows, Matrix to)
    {
        new Span<float>(to.Data, to.Rows * to.Columns).Clear();
        (_from, _rows, _to, _isGather) = (from, rows, to, false);
        Run(processor.Pool, from.Rows);
    }

    /// <summary>Applies a mask in place.</summary>
    public void Drop(Dropout dropout, Matrix x) => _dropout.Apply(dropout, x, x);

    /// <inheritdoc/>
    protected override void Execute(int item, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var (from, to) = _isGather ? (_rows[i], i) : (i, _rows[i]);
            new ReadOnlySpan<float>(_from.At(from, 0), _from.Columns).CopyTo(new Span<float>(_to.At(to, 0), _to.Columns));
        }
    }
}
