using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>What a GGUF file says of one tensor.</summary>
/// <param name="Name">The name, such as <c>blk.0.attn_qkv.weight</c>; at most 63 bytes of UTF-8.</param>
/// <param name="Type">How values are stored.</param>
/// <param name="Shape">The dimensions, outermost first, row-major: <c>[out, in]</c> for a weight. The file
/// stores them innermost first.</param>
/// <param name="Offset">Where the data begin, in bytes from the beginning of the data section.</param>
/// <param name="ByteCount">The number of bytes of the data, padding left out.</param>
public sealed record GgufTensorInfo(string Name, GgufTensorType Type, ImmutableArray<long> Shape, long Offset, long ByteCount)
{
    /// <summary>Gets the number of values.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}
