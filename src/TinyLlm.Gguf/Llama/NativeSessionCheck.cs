using System.Buffers.Binary;
using System.Text;

namespace TinyLlm.Gguf.Llama;

/// <summary>Stands before every session that llama.cpp reads: it must be exactly what it would have written for this model.</summary>
/// <remarks>
/// Layout, little-endian: magic, version, the number of tokens, the tokens, the architecture's name, the number of streams, the number of
/// cells; for each cell position, number of sequences, sequences; whether values are transposed, the number of layers; for each layer
/// type and row size of the keys, the keys; for each layer those of the values. Source: <c>llama-context.cpp</c> and
/// <c>llama-kv-cache.cpp</c> of llama.cpp v0.4.0.
/// </remarks>
internal ref struct NativeSessionCheck
{
    private const uint Magic = 0x6767736e; // "ggsn"
    private const uint Version = 10;

    private readonly NativeModel _model;
    private readonly string _path;
    private readonly FileStream _stream;

    private NativeSessionCheck(FileStream stream, string path, NativeModel model) => (_stream, _path, _model) = (stream, path, model);

    /// <summary>Checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model that reads it.</param>
    /// <param name="vocabularySize">The tokens that there are.</param>
    /// <param name="positions">The most tokens of the context.</param>
    /// <exception cref="InvalidOperationException">The file is no session of this model with these options.</exception>
    public static void Check(string path, NativeModel model, int vocabularySize, int positions)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        new NativeSessionCheck(stream, path, model).Check(vocabularySize, positions);
    }

    private readonly void Check(int vocabularySize, int positions)
    {
        Expect("the magic number", Magic);
        Expect("the version", Version);
        var count = ReadUInt32("the number of tokens");
        if (count > (uint)positions)
            throw Fault($"it has {count:N0} tokens, and the context {positions:N0} positions");
        for (var i = 0; i < count; i++)
        {
            var token = ReadUInt32("the tokens");
            if (token >= (uint)vocabularySize)
                throw Fault($"its token {i} is {token:N0}, and the vocabulary has {vocabularySize:N0}");
        }

        var name = Encoding.UTF8.GetBytes(_model.Architecture);
        Expect("the length of the architecture's name", (uint)name.Length);
        Span<byte> found = stackalloc byte[name.Length];
        Read(found, "the architecture's name");
        if (!found.SequenceEqual(name))
            throw Fault($"it is of another architecture than '{_model.Architecture}'");
        Expect("the number of streams", 1);
        Expect("the number of cells", count);
        if (count > 0)
        {
            CheckCells((int)count);
            CheckValues(count);
        }

        if (_stream.Position != _stream.Length)
            throw Fault($"{_stream.Length - _stream.Position:N0} bytes follow its end");
    }

    private readonly void CheckCells(int count)
    {
        var seen = new bool[count];
        for (var i = 0; i < count; i++)
        {
            var position = ReadUInt32("a cell's position");
            if (position >= (uint)count || seen[position])
                throw Fault($"its cell {i} is of position {position:N0}; each from 0 to {count - 1:N0} is expected once");
            seen[position] = true;
            Expect("a cell's number of sequences", 1);
            Expect("a cell's sequence", 0);
        }
    }

    private readonly void CheckValues(uint count)
    {
        var isTransposed = ReadUInt32("whether values are transposed");
        if (isTransposed > 1)
            throw Fault($"whether values are transposed is {isTransposed}; 0 or 1 is expected");
        Expect("the number of layers", (uint)_model.LayerCount);
        for (var part = 0; part < 2; part++)
        {
            for (var layer = 0; layer < _model.LayerCount; layer++)
            {
                var type = ReadUInt32("a type of keys or values");
                if (type is not ((uint)GgufTensorType.F32 or (uint)GgufTensorType.F16))
                    throw Fault($"its keys or values are of type {type}; F32 or F16 is expected");
                var valueBytes = type == (uint)GgufTensorType.F32 ? 4u : 2u;
                var rowBytes = (ulong)_model.KeyValueLength * valueBytes;
                if (part == 1 && isTransposed == 1)
                {
                    Expect("the bytes of a value", valueBytes);
                    Expect("the width of the values", (uint)_model.KeyValueLength);
                }
                else if (ReadUInt64("the bytes of a row") is var row && row != rowBytes)
                {
                    throw Fault($"its rows have {row:N0} bytes; {rowBytes:N0} are expected");
                }

                Skip(checked((long)(rowBytes * count)), "the keys and values");
            }
        }
    }

    private readonly void Expect(string what, uint expected)
    {
        if (ReadUInt32(what) is var found && found != expected)
            throw Fault($"{what} is {found:N0}; {expected:N0} is expected");
    }

    private readonly uint ReadUInt32(string what)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Read(bytes, what);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private readonly ulong ReadUInt64(string what)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Read(bytes, what);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private readonly void Read(scoped Span<byte> bytes, string what)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Fault($"it ends inside {what}");
    }

    private readonly void Skip(long bytes, string what)
    {
        if (bytes > _stream.Length - _stream.Position)
            throw Fault($"it ends inside {what}");
        _stream.Position += bytes;
    }

    private readonly InvalidOperationException Fault(string how) =>
        new($"'{_path}' is no session of this model with these options: {how} (at byte {_stream.Position:N0}).");
}
