namespace TinyLlm.Gguf;

/// <summary>
/// The constants of the format. Source: the GGUF specification in ggml's <c>docs/gguf.md</c>, and <c>gguf.h</c> of llama.cpp v0.4.0.
/// </summary>
internal static class GgufLayout
{
    public const uint Version = 3;
    public const string AlignmentKey = "general.alignment";
    public const int DefaultAlignment = 32;
    public const int MaximumAlignment = 1 << 16;
    public const int MaximumDimensions = 4;
    public const int MaximumTensorNameBytes = 63;
    public const int MaximumKeyBytes = ushort.MaxValue;
    public const int MaximumArrayDepth = 8;

    /// <summary>The fewest bytes of a metadata entry: a key of one byte, a type, a value of one byte.</summary>
    public const int MinimumEntryBytes = 8 + 1 + 4 + 1;

    /// <summary>The fewest bytes of a tensor entry: a name of one byte, a rank, one dimension, a type, an offset.</summary>
    public const int MinimumTensorBytes = 8 + 1 + 4 + 8 + 4 + 8;

    public static ReadOnlySpan<byte> Magic => "GGUF"u8;

    /// <summary>Returns the smallest multiple of <paramref name="alignment"/> that is not below <paramref name="position"/>.</summary>
    public static long Align(long position, int alignment) => checked((position + alignment - 1) & ~(long)(alignment - 1));

    /// <summary>Returns the bytes of a value of that type, or the fewest bytes where the length varies.</summary>
    public static int MinimumBytes(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 or GgufValueType.String => 8,
        GgufValueType.Array => 12,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
