using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Data;

/// <summary>Rows in a fixed order, the same ones each time, to measure a loss on.</summary>
internal abstract class ValidationRows
{
    /// <summary>Gets the number of rows; at least 1.</summary>
    public abstract long Count { get; }

    /// <summary>Writes row <paramref name="index"/> into row <paramref name="row"/> of a batch.</summary>
    public abstract void Read(long index, TokenBatch batch, int row);

    /// <summary>Returns what decides the rows, in words: two that say the same give the same rows.</summary>
    public abstract string Describe();
}
