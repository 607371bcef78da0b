using Microsoft.ML;

namespace TinyLlm.Transforms;

/// <summary>
/// The computed values of the current row of a cursor, as getters; what several columns need is computed once for each row.
/// </summary>
internal abstract class RowValues : IDisposable
{
    /// <summary>Returns the <see cref="ValueGetter{TValue}"/> of a computed column, by its number among them.</summary>
    public abstract Delegate CreateGetter(int output);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
