namespace TinyLlm.Trainers.Networks;

/// <summary>B rows of T tokens with the token that each should predict.</summary>
internal sealed class TokenBatch(int rows, int length)
{
    /// <summary>The target of a position that carries no loss.</summary>
    public const int NoTarget = -1;

    /// <summary>Gets B.</summary>
    public int Rows { get; } = rows;

    /// <summary>Gets T.</summary>
    public int Length { get; } = length;

    /// <summary>Gets the tokens read. [B, T]</summary>
    public int[] Inputs { get; } = new int[rows * length];

    /// <summary>Gets the tokens to predict, <see cref="NoTarget"/> where nothing is learned. [B, T]</summary>
    public int[] Targets { get; } = new int[rows * length];

    /// <summary>
    /// Gets, for each position, where in its row its document begins. Attention does not look before it, and positions count from it.
    /// All zero: a row is one document. [B, T]
    /// </summary>
    public int[] DocumentStarts { get; } = new int[rows * length];

    /// <summary>Returns the position of a token in its document, for an index into [B, T].</summary>
    public int PositionAt(int index) => (index % Length) - DocumentStarts[index];
}
