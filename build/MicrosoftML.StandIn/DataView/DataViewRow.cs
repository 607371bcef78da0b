namespace Microsoft.ML;

/// <summary>One row of a data view: getters for its active columns.</summary>
public abstract class DataViewRow : IDisposable
{
    private bool _disposed;

    /// <summary>Gets the position in the iteration; −1 before the first row.</summary>
    public abstract long Position { get; }

    /// <summary>Gets the batch, a non-decreasing number that lets parallel cursors be put back in order.</summary>
    public abstract long Batch { get; }

    /// <summary>Gets the columns.</summary>
    public abstract DataViewSchema Schema { get; }

    /// <summary>Returns a getter of the row's 128-bit identity.</summary>
    public abstract ValueGetter<Data.DataViewRowId> GetIdGetter();

    /// <summary>Returns a getter of an active column's value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is not active or does not belong to this row.</exception>
    /// <exception cref="InvalidOperationException"><typeparamref name="TValue"/> is not the column's raw type.</exception>
    public abstract ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column);

    /// <summary>Returns whether the column was asked for when this row was made.</summary>
    public abstract bool IsColumnActive(DataViewSchema.Column column);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        Dispose(true);
        _disposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the row holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
