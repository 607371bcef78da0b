using System.Collections.Immutable;
using System.Numerics;
using System.Text;

namespace TinyLlm.Gguf;

/// <summary>Reads what stands before the data section: header, metadata, tensor table.</summary>
internal unsafe ref struct GgufReader
{
    private readonly long _length;
    private GgufCursor _cursor;

    private GgufReader(byte* data, long length)
    {
        _length = length;
        _cursor = new GgufCursor(data, length);
    }

    /// <summary>What stands before the data section, and where that begins.</summary>
    public sealed record Result(int Alignment, GgufMetadata Metadata, ImmutableArray<GgufTensorInfo> Tensors, long DataOffset);

    public static Result Read(byte* data, long length)
    {
        var reader = new GgufReader(data, length);
        return reader.Read();
    }

    private Result Read()
    {
        var magic = _cursor.ReadBytes((int)Math.Min(4, _cursor.Left), "the header");
        if (!magic.SequenceEqual(GgufLayout.Magic))
            throw GgufErrors.BadMagic(magic);
        var version = _cursor.Read<uint>("the header");
        if (version != 0 && (version & 0xFFFF) == 0)
            throw GgufErrors.BigEndian();
        if (version != GgufLayout.Version)
            throw GgufErrors.UnsupportedVersion(version);
        var tensorCount = ReadCount("tensors", GgufLayout.MinimumTensorBytes);
        var entryCount = ReadCount("metadata entries", GgufLayout.MinimumEntryBytes);

        var metadata = ReadMetadata(entryCount);
        var alignment = ReadAlignment(metadata);
        var tensors = ReadTensors(tensorCount, alignment);
        var dataOffset = tensors.IsEmpty ? _cursor.Position : GgufLayout.Align(_cursor.Position, alignment);
        foreach (var tensor in tensors)
        {
            if (tensor.Offset > _length - dataOffset || tensor.ByteCount > _length - dataOffset - tensor.Offset)
            {
                var start = Math.Min(dataOffset + tensor.Offset, _length);
                throw GgufErrors.Truncated($"the data of the tensor '{tensor.Name}'", (ulong)tensor.ByteCount, _length - start, start);
            }
        }

        return new Result(alignment, metadata, tensors, dataOffset);
    }

    private ulong ReadCount(string what, int minimumBytes)
    {
        var start = _cursor.Position;
        var count = _cursor.Read<ulong>("the header");
        var most = (ulong)(_cursor.Left / minimumBytes);
        return count <= most ? count : throw GgufErrors.TooMany(what, count, most, start);
    }

    private GgufMetadata ReadMetadata(ulong count)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var entries = new List<KeyValuePair<string, GgufValue>>();
        for (ulong i = 0; i < count; i++)
        {
            var start = _cursor.Position;
            var key = _cursor.ReadString("a metadata key");
            if (key.Length == 0)
                throw GgufErrors.EmptyKey(start);
            if (_cursor.Position - start - 8 > GgufLayout.MaximumKeyBytes)
                throw GgufErrors.KeyTooLong(_cursor.Position - start - 8, start);
            if (!keys.Add(key))
                throw GgufErrors.DuplicateKey(key, start);
            var type = ReadValueType(key);
            var valueStart = _cursor.Position;
            entries.Add(KeyValuePair.Create(key, new GgufValue(ReadValue(key, type), valueStart)));
        }

        return new GgufMetadata(entries);
    }

    private GgufValueType ReadValueType(string key)
    {
        var start = _cursor.Position;
        var type = _cursor.Read<int>($"'{key}'");
        return type is >= 0 and <= (int)GgufValueType.Float64 ? (GgufValueType)type : throw GgufErrors.UnknownValueType(key, type, start);
    }

    private object ReadValue(string key, GgufValueType type)
    {
        var what = $"'{key}'";
        return type switch
        {
            GgufValueType.UInt8 => _cursor.Read<byte>(what),
            GgufValueType.Int8 => _cursor.Read<sbyte>(what),
            GgufValueType.UInt16 => _cursor.Read<ushort>(what),
            GgufValueType.Int16 => _cursor.Read<short>(what),
            GgufValueType.UInt32 => _cursor.Read<uint>(what),
            GgufValueType.Int32 => _cursor.Read<int>(what),
            GgufValueType.Float32 => _cursor.Read<float>(what),
            GgufValueType.UInt64 => _cursor.Read<ulong>(what),
            GgufValueType.Int64 => _cursor.Read<long>(what),
            GgufValueType.Float64 => _cursor.Read<double>(what),
            GgufValueType.Bool => ToBoolean(key, _cursor.Read<byte>(what), _cursor.Position - 1),
            GgufValueType.String => _cursor.ReadString(what),
            _ => ReadArray(key, depth: 1),
        };
    }

    private GgufArray ReadArray(string key, int depth)
    {
        if (depth > GgufLayout.MaximumArrayDepth)
            throw GgufErrors.NestedTooDeep(key, _cursor.Position);
        var what = $"'{key}'";
        var type = ReadValueType(key);
        var start = _cursor.Position;
        var count = _cursor.Read<ulong>(what);
        var most = (ulong)(_cursor.Left / GgufLayout.MinimumBytes(type));
        if (count > most)
            throw GgufErrors.TooMany($"items of {what}", count, most, start);
        return new GgufArray(type switch
        {
            GgufValueType.UInt8 => _cursor.ReadArray<byte>(count, what),
            GgufValueType.Int8 => _cursor.ReadArray<sbyte>(count, what),
            GgufValueType.UInt16 => _cursor.ReadArray<ushort>(count, what),
            GgufValueType.Int16 => _cursor.ReadArray<short>(count, what),
            GgufValueType.UInt32 => _cursor.ReadArray<uint>(count, what),
            GgufValueType.Int32 => _cursor.ReadArray<int>(count, what),
            GgufValueType.Float32 => _cursor.ReadArray<float>(count, what),
            GgufValueType.UInt64 => _cursor.ReadArray<ulong>(count, what),
            GgufValueType.Int64 => _cursor.ReadArray<long>(count, what),
            GgufValueType.Float64 => _cursor.ReadArray<double>(count, what),
            GgufValueType.Bool => ReadBooleans(key, count),
            GgufValueType.String => ReadStrings(what, count),
            _ => ReadArrays(key, count, depth),
        });
    }

    private bool[] ReadBooleans(string key, ulong count)
    {
        var start = _cursor.Position;
        var bytes = _cursor.ReadArray<byte>(count, $"'{key}'");
        var values = new bool[bytes.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = ToBoolean(key, bytes[i], start + i);
        return values;
    }

    private string[] ReadStrings(string what, ulong count)
    {
        var values = new string[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = _cursor.ReadString(what);
        return values;
    }

    private GgufArray[] ReadArrays(string key, ulong count, int depth)
    {
        var values = new GgufArray[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = ReadArray(key, depth + 1);
        return values;
    }

    private static bool ToBoolean(string key, byte value, long offset) =>
        value <= 1 ? value == 1 : throw GgufErrors.BadBoolean(key, value, offset);

    private static int ReadAlignment(GgufMetadata metadata)
    {
        if (!metadata.TryGetValue(GgufLayout.AlignmentKey, out var value))
            return GgufLayout.DefaultAlignment;
        return value.Value is uint alignment && alignment is >= 8 and <= GgufLayout.MaximumAlignment && BitOperations.IsPow2(alignment)
            ? (int)alignment
            : throw GgufErrors.BadAlignment(value);
    }

    private ImmutableArray<GgufTensorInfo> ReadTensors(ulong count, int alignment)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tensors = ImmutableArray.CreateBuilder<GgufTensorInfo>();
        long expectedOffset = 0;
        for (ulong i = 0; i < count; i++)
        {
            var start = _cursor.Position;
            var name = ReadTensorName();
            if (!names.Add(name))
                throw GgufErrors.DuplicateTensor(name, start);
            var shape = ReadShape(name);
            var (type, bytes) = ReadTensorType(name, shape);
            var offsetStart = _cursor.Position;
            var offset = _cursor.Read<ulong>($"the tensor '{name}'");
            if (offset != (ulong)expectedOffset)
                throw GgufErrors.BadDataOffset(name, offset, expectedOffset, offsetStart);
            tensors.Add(new GgufTensorInfo(name, type, shape, expectedOffset, bytes));
            if (bytes > long.MaxValue - GgufLayout.MaximumAlignment - expectedOffset)
                throw GgufErrors.TooLarge(name, start);
            expectedOffset = GgufLayout.Align(expectedOffset + bytes, alignment);
        }

        return tensors.ToImmutable();
    }

    private string ReadTensorName()
    {
        var start = _cursor.Position;
        var name = _cursor.ReadString("a tensor's name");
        if (name.Length == 0)
            throw GgufErrors.EmptyTensorName(start);
        var bytes = Encoding.UTF8.GetByteCount(name);
        return bytes <= GgufLayout.MaximumTensorNameBytes
            ? name
            : throw GgufErrors.TensorNameTooLong(name.Length <= 40 ? name : name[..40] + "…", bytes, start);
    }

    // The file stores dimensions innermost first; shapes here are outermost first.
    private ImmutableArray<long> ReadShape(string name)
    {
        var what = $"the tensor '{name}'";
        var start = _cursor.Position;
        var rank = _cursor.Read<uint>(what);
        if (rank is < 1 or > GgufLayout.MaximumDimensions)
            throw GgufErrors.BadRank(name, rank, start);
        var shape = new long[rank];
        var product = 1L;
        for (var i = (int)rank - 1; i >= 0; i--)
        {
            var dimensionStart = _cursor.Position;
            var dimension = _cursor.Read<ulong>(what);
            if (dimension is 0 or > long.MaxValue)
                throw GgufErrors.BadDimension(name, dimension, dimensionStart);
            shape[i] = (long)dimension;
            if ((UInt128)(ulong)product * dimension > long.MaxValue)
                throw GgufErrors.TooLarge(name, dimensionStart);
            product *= shape[i];
        }

        return [.. shape];
    }

    private (GgufTensorType Type, long Bytes) ReadTensorType(string name, ImmutableArray<long> shape)
    {
        var start = _cursor.Position;
        var type = (GgufTensorType)_cursor.Read<int>($"the tensor '{name}'");
        if (!GgufTensorTypes.IsDefined(type))
            throw GgufErrors.UnknownTensorType(name, (int)type, start);
        if (shape[^1] % type.BlockSize() != 0)
            throw GgufErrors.PartialBlock(name, type, shape[^1], start);
        try
        {
            return (type, type.ByteCount(shape.Aggregate(1L, (product, dimension) => product * dimension)));
        }
        catch (OverflowException)
        {
            throw GgufErrors.TooLarge(name, start);
        }
    }
}
