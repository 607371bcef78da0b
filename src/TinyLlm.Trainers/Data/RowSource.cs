using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Data;

/// <summary>An endless stream of training rows that hangs on a seed alone and can go on from any place.</summary>
internal abstract class RowSource
{
    /// <summary>Gets how many numbers <see cref="SaveState"/> writes.</summary>
    public abstract int StateLength { get; }

    /// <summary>Writes the next row of T tokens into a batch.</summary>
    public abstract void Next(TokenBatch batch, int row);

    /// <summary>Returns how many rows the first <paramref name="epochs"/> epochs have.</summary>
    /// <exception cref="InvalidOperationException">The source has no epochs.</exception>
    public abstract long CountRows(int epochs);

    /// <summary>Writes the place in the stream.</summary>
    public abstract void SaveState(Span<long> state);

    /// <summary>Goes to a place that <see cref="SaveState"/> wrote.</summary>
    public abstract void RestoreState(ReadOnlySpan<long> state);

    /// <summary>Returns what decides the stream, in words: two sources that say the same give the same rows.</summary>
    public abstract string Describe();
}
