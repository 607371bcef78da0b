using System.Globalization;

namespace TinyLlm.Gguf;

/// <summary>Every way in which a file can be wrong, one method each.</summary>
internal static class GgufErrors
{
    public static GgufFormatException BadMagic(ReadOnlySpan<byte> found) =>
        new($"Expected the magic \"GGUF\" but found {Convert.ToHexString(found)}.", 0);

    public static GgufFormatException BigEndian() =>
        new("The file is big-endian; convert it to little-endian.", 4);

    public static GgufFormatException UnsupportedVersion(uint version) =>
        new($"Version {version} is not supported; re-export the model as version 3.", 4);

    public static GgufFormatException Truncated(string what, ulong needed, long left, long offset) =>
        new($"The file ends inside {what}: {Number(needed)} bytes are needed and {Number((ulong)left)} are left.", offset);

    public static GgufFormatException TooMany(string what, ulong count, ulong most, long offset) =>
        new($"The file states {Number(count)} {what}, and what is left of it cannot hold more than {Number(most)}.", offset);

    public static GgufFormatException BadText(string what, long offset) =>
        new($"{what} is not valid UTF-8.", offset);

    public static GgufFormatException EmptyKey(long offset) =>
        new("A metadata key is empty.", offset);

    public static GgufFormatException KeyTooLong(long length, long offset) =>
        new($"A metadata key has {Number((ulong)length)} bytes; at most {GgufLayout.MaximumKeyBytes} are allowed.", offset);

    public static GgufFormatException DuplicateKey(string key, long offset) =>
        new($"The metadata key '{key}' stands twice.", offset);

    public static GgufFormatException UnknownValueType(string key, int type, long offset) =>
        new($"'{key}' has the value type {type}; the types are 0 to 12.", offset);

    public static GgufFormatException BadBoolean(string key, byte value, long offset) =>
        new($"'{key}' holds {value} as a boolean; 0 and 1 are allowed.", offset);

    public static GgufFormatException NestedTooDeep(string key, long offset) =>
        new($"'{key}' nests arrays more than {GgufLayout.MaximumArrayDepth} deep.", offset);

    public static GgufFormatException BadAlignment(GgufValue value) =>
        new(
            $"'{GgufLayout.AlignmentKey}' must be a power of two from 8 to {GgufLayout.MaximumAlignment} as UInt32 but is {value}.",
            value.Offset);

    public static GgufFormatException EmptyTensorName(long offset) =>
        new("A tensor's name is empty.", offset);

    public static GgufFormatException TensorNameTooLong(string name, int bytes, long offset) =>
        new($"The tensor name '{name}' has {bytes} bytes; at most {GgufLayout.MaximumTensorNameBytes} are allowed.", offset);

    public static GgufFormatException DuplicateTensor(string name, long offset) =>
        new($"The tensor '{name}' stands twice.", offset);

    public static GgufFormatException BadRank(string name, uint dimensions, long offset) =>
        new($"The tensor '{name}' has {dimensions} dimensions; 1 to {GgufLayout.MaximumDimensions} are allowed.", offset);

    public static GgufFormatException BadDimension(string name, ulong dimension, long offset) =>
        new($"The tensor '{name}' has a dimension of {Number(dimension)}; at least 1 is expected.", offset);

    public static GgufFormatException TooLarge(string name, long offset) =>
        new($"The size of the tensor '{name}' does not fit 63 bits.", offset);

    public static GgufFormatException UnknownTensorType(string name, int type, long offset) =>
        new($"The tensor '{name}' has the type {type}, which ggml does not have or has removed.", offset);

    public static GgufFormatException PartialBlock(string name, GgufTensorType type, long row, long offset) =>
        new($"The tensor '{name}' has rows of {row} values, and {type} stores blocks of {type.BlockSize()}.", offset);

    public static GgufFormatException BadDataOffset(string name, ulong found, long expected, long offset) =>
        new(
            $"The data of the tensor '{name}' begin at {Number(found)} of the data section; "
            + $"{Number((ulong)expected)} is expected.", offset);

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
