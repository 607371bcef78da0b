namespace TinyLlm.Trainers.Engine;

/// <summary>Work on rows, a few of them to an item.</summary>
internal abstract class RowItems(int rowsPerItem) : WorkItems
{
    private int _rows;

    /// <inheritdoc/>
    public sealed override void Execute(int item, int worker)
    {
        var first = item * rowsPerItem;
        Execute(item, first, Math.Min(first + rowsPerItem, _rows));
    }

    /// <summary>Does the rows from <paramref name="first"/> up to and without <paramref name="end"/>.</summary>
    protected abstract void Execute(int item, int first, int end);

    /// <summary>Does all rows and returns the number of items they made.</summary>
    protected int Run(WorkerPool pool, int rows)
    {
        _rows = rows;
        var items = (rows + rowsPerItem - 1) / rowsPerItem;
        pool.Run(this, items);
        return items;
    }
}
