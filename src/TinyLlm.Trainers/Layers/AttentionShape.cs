using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Layers;

/// <summary>How queries, keys and values stand beside each other in one matrix. [R, C+2KD]</summary>
/// <param name="Heads">H.</param>
/// <param name="KeyValueHeads">K, a divisor of H.</param>
/// <param name="HeadSize">D.</param>
internal readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadSize)
{
    /// <summary>Gets the query heads that share a key/value head.</summary>
    public int GroupSize => Heads / KeyValueHeads;

    /// <summary>Gets the columns of all three.</summary>
    public int Columns => (Heads + (2 * KeyValueHeads)) * HeadSize;

    /// <summary>Returns the queries of a head. [R, D]</summary>
    public Matrix Queries(Matrix qkv, int head) => qkv.ColumnRange(head * HeadSize, HeadSize);

    /// <summary>Returns the keys of a key/value head. [R, D]</summary>
    public Matrix Keys(Matrix qkv, int head) => qkv.ColumnRange((Heads + head) * HeadSize, HeadSize);

    /// <summary>Returns the values of a key/value head. [R, D]</summary>
    public Matrix Values(Matrix qkv, int head) => qkv.ColumnRange((Heads + KeyValueHeads + head) * HeadSize, HeadSize);
}
