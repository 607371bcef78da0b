using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>
/// The rows of a batch that something is computed for, G of R: copied together, and back among zeros. Where that is all rows, nothing is
/// copied.
/// </summary>
internal sealed unsafe class SelectedRows(WorkerPool pool) : RowItems(rowsPerItem: 32)
{
    private Matrix _from, _to;
    private int[] _rows = [];
    private int _count;
    private bool _areAll, _isGather;

    /// <summary>Gets those of the present batch of an activation that has memory for all rows. [G, C]</summary>
    public Matrix this[Activation activation] => activation.Memory.RowRange(0, _count);

    /// <summary>
    /// Selects the first <paramref name="count"/> of <paramref name="rows"/>, which ascend, of <paramref name="all"/> rows.
    /// </summary>
    public void Set(int[] rows, int count, int all) => (_rows, _count, _areAll) = (rows, count, count == all);

    /// <summary>Returns dropout that drops what it would drop of all rows.</summary>
    public Dropout Of(Dropout dropout) => _areAll ? dropout : dropout with { Rows = _rows };

    /// <summary>Returns the selected rows: in <paramref name="memory"/>, or where they stand. [G, C]</summary>
    public Matrix Gather(Matrix all, Matrix memory)
    {
        if (_areAll)
            return all;
        (_from, _to, _isGather) = (all, memory, true);
        Run(pool, _count);
        return memory;
    }

    /// <summary>Returns where rows shall be made that <see cref="Scatter"/> then brings to <paramref name="all"/>. [G, C]</summary>
    public Matrix Before(Matrix all, Matrix memory) => _areAll ? all : memory;

    /// <summary>all[rows[i]] = selected[i], and zero elsewhere. [R, C]</summary>
    public void Scatter(Matrix selected, Matrix all)
    {
        if (_areAll)
            return;
        new Span<float>(all.Data, all.Rows * all.Columns).Clear();
        (_from, _to, _isGather) = (selected, all, false);
        Run(pool, _count);
    }

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
