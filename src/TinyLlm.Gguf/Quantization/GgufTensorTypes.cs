namespace TinyLlm.Gguf;

/// <summary>How tensor types store their values: in blocks of a fixed number of values and bytes.</summary>
public static class GgufTensorTypes
{
    // Values and bytes of a block, by type number; source: the type_traits table in ggml.c of llama.cpp v0.4.0.
    private static readonly (int Values, int Bytes)[] Blocks =
    [
        (1, 4), (1, 2), (32, 18), (32, 20), default, default, (32, 22), (32, 24), (32, 34), (32, 36),
        (256, 84), (256, 110), (256, 144), (256, 176), (256, 210), (256, 292),
        (256, 66), (256, 74), (256, 98), (256, 50), (32, 18), (256, 110), (256, 82), (256, 136),
        (1, 1), (1, 2), (1, 4), (1, 8), (1, 8), (256, 56), (1, 2), default, default, default,
        (256, 54), (256, 66), default, default, default, (32, 17), (64, 36), (128, 18), (64, 18),
    ];

    /// <summary>Returns whether the number names a type of the format.</summary>
    public static bool IsDefined(GgufTensorType type) => (uint)type < (uint)Blocks.Length && Blocks[(int)type].Values > 0;

    /// <summary>Returns the number of values in a block, 1 for types that are not quantized.</summary>
    public static int BlockSize(this GgufTensorType type) => Block(type).Values;

    /// <summary>Returns the number of bytes in a block.</summary>
    public static int BlockBytes(this GgufTensorType type) => Block(type).Bytes;

    /// <summary>Returns whether values are stored in blocks with shared scales.</summary>
    public static bool IsQuantized(this GgufTensorType type) => Block(type).Values > 1;

    /// <summary>Returns the bytes of <paramref name="values"/> values.</summary>
    /// <exception cref="ArgumentException">The number is not a multiple of the block.</exception>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public static long ByteCount(this GgufTensorType type, long values)
    {
        var (perBlock, bytes) = Block(type);
        ArgumentOutOfRangeException.ThrowIfNegative(values);
        return values % perBlock == 0
            ? checked(values / perBlock * bytes)
            : throw new ArgumentException(
                $"{type} stores blocks of {perBlock} values, and {values} is no multiple of that.", nameof(values));
    }

    private static (int Values, int Bytes) Block(GgufTensorType type) =>
        IsDefined(type) ? Blocks[(int)type] : throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such tensor type.");
}
