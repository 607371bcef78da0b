using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>
/// An open safetensors file, mapped: names, types, shapes and bytes of tensors in F32, F16 or BF16, and of any type what is dropped.
/// </summary>
/// <remarks>
/// Layout: the header's length as <c>uint64</c>, the header as JSON, the data. The data of all tensors cover the rest of the file without
/// holes and without overlaps. Source: <see href="https://github.com/huggingface/safetensors#format"/>.
/// </remarks>
internal sealed class SafetensorsFile : IDisposable
{
    private const long MostHeaderBytes = 100_000_000;
    private const string MetadataKey = "__metadata__";

    private static readonly FrozenDictionary<string, int> Sizes = new Dictionary<string, int>
    {
        ["BOOL"] = 1,
        ["U8"] = 1,
        ["I8"] = 1,
        ["F8_E4M3"] = 1,
        ["F8_E5M2"] = 1,
        ["U16"] = 2,
        ["I16"] = 2,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["U32"] = 4,
        ["I32"] = 4,
        ["F32"] = 4,
        ["U64"] = 8,
        ["I64"] = 8,
        ["F64"] = 8,
        ["C64"] = 8,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FileMemory _memory;
    private readonly Func<string, bool> _isDropped;
    private readonly FrozenDictionary<string, (ModelTensor Tensor, long Begin)> _tensors;

    private SafetensorsFile(FileMemory memory, Func<string, bool> isDropped)
    {
        (_memory, _isDropped) = (memory, isDropped);
        try
        {
            _tensors = Read().ToFrozenDictionary(entry => entry.Tensor.Name, StringComparer.Ordinal);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Maps a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isDropped">Which tensors the caller does not use: they may be of any type, and have no values here.</param>
    public static SafetensorsFile Open(string path, Func<string, bool>? isDropped = null)
    {
        if (new FileInfo(path).Length < 8)
            throw new SafetensorsFormatException($"The file has {new FileInfo(path).Length} bytes; the header's length alone takes 8.", 0);
        return new SafetensorsFile(FileMemory.Map(path), isDropped ?? (_ => false));
    }

    public bool TryGet(string name, out ModelTensor tensor)
    {
        var found = _tensors.TryGetValue(name, out var entry);
        tensor = entry.Tensor;
        return found;
    }

    public void Dispose() => _memory.Dispose();

    private List<(ModelTensor Tensor, long Begin)> Read()
    {
        var length = BitConverter.ToUInt64(_memory.Slice(0, 8).Span);
        if (length > MostHeaderBytes)
            throw new SafetensorsFormatException($"The header states {length:N0} bytes; at most {MostHeaderBytes:N0} are allowed.", 0);
        if ((long)length > _memory.Length - 8)
            throw new SafetensorsFormatException($"The header states {length:N0} bytes, and {_memory.Length - 8:N0} follow.", 0);
        var header = _memory.Slice(8, (int)length);
        if (header.Length == 0 || header.Span[0] != (byte)'{')
            throw new SafetensorsFormatException("The header does not begin with '{'.", 8);
        var dataStart = 8 + (long)length;
        var entries = new List<(ModelTensor Tensor, long Begin)>();
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            foreach (var property in json.RootElement.EnumerateObject().Where(property => property.Name != MetadataKey))
                entries.Add(ReadTensor(property, dataStart));
        }
        catch (JsonException e)
        {
            throw new SafetensorsFormatException($"The header is not valid JSON: {e.Message}", 8 + (e.BytePositionInLine ?? 0), e);
        }

        catch (InvalidOperationException e)
        {
            // JSON is taken for UTF-8, and found to be none where a text is asked for.
            throw new SafetensorsFormatException($"The header is not valid UTF-8: {e.Message}", 8, e);
        }

        long expected = 0;
        foreach (var (tensor, begin) in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.Tensor.Data.Length))
        {
            if (begin < expected)
                throw new SafetensorsFormatException(
                    $"The data of '{tensor.Name}' begin at {begin} of the data, inside those of another tensor.", dataStart + begin);
            if (begin > expected)
                throw new SafetensorsFormatException(
                    $"The data have a hole of {begin - expected} bytes before '{tensor.Name}'.", dataStart + expected);
            expected = begin + tensor.Data.Length;
        }

        return dataStart + expected == _memory.Length
            ? entries
            : throw new SafetensorsFormatException(
                $"{_memory.Length - dataStart - expected} bytes follow the last tensor.", dataStart + expected);
    }

    private (ModelTensor Tensor, long Begin) ReadTensor(JsonProperty property, long dataStart)
    {
        var (name, value) = (property.Name, property.Value);
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array
            || !value.TryGetProperty("data_offsets", out var offsets) || offsets.ValueKind != JsonValueKind.Array
            || offsets.GetArrayLength() != 2)
        {
            throw new SafetensorsFormatException($"'{name}' must have a dtype, a shape and two data_offsets.", 8);
        }

        var dimensions = shape.EnumerateArray().Select(dimension => Number(name, dimension)).ToImmutableArray();
        var (begin, end) = (Number(name, offsets[0]), Number(name, offsets[1]));
        var isDropped = _isDropped(name);
        var type = isDropped ? GgufTensorType.I8 : dtype.GetString() switch
        {
            "F32" => GgufTensorType.F32,
            "F16" => GgufTensorType.F16,
            "BF16" => GgufTensorType.BF16,
            var other => throw new SafetensorsFormatException($"'{name}' is of dtype {other}; F32, F16 and BF16 are supported.", 8),
        };
        if (begin > end || end > _memory.Length - dataStart || end - begin > int.MaxValue)
            throw new SafetensorsFormatException(
                $"'{name}' has data from {begin} to {end}; the data are {_memory.Length - dataStart} bytes, "
                + "and a tensor has less than 2 GiB.", 8);
        if (isDropped)
        {
            if (!Sizes.TryGetValue(dtype.GetString()!, out var size))
                throw new SafetensorsFormatException($"'{name}' is of dtype {dtype.GetString()}, which safetensors does not have.", 8);
            // Its bytes, whatever they mean.
            dimensions = [.. dimensions, size];
        }

        try
        {
            return (
                new ModelTensor(name, type, dimensions.IsEmpty ? [1] : dimensions, _memory.Slice(dataStart + begin, (int)(end - begin))),
                begin);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new SafetensorsFormatException($"'{name}' has {end - begin} bytes of data: {e.Message}", dataStart + begin, e);
        }
    }

    private static long Number(string name, JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) && number >= 0
            ? number
            : throw new SafetensorsFormatException($"'{name}' has a dimension or an offset that is no whole number of at least 0.", 8);
}
