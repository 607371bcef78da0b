using System.Buffers.Binary;
using System.Text;

namespace TinyLlm.Gguf.Llama;

/// <summary>Stands before every session that llama.cpp reads: it must be exactly what it would have written for this model.</summary>
/// <remarks>
/// Layout, little-endian: the length of the architecture's name, the name, the number of streams, the number of cells; for each cell position, number of sequences, sequences; whether values are transposed, the number of layers; for each layer
/// type and row size of the keys, the keys; for each layer those of the values. Source: <c>llama-context.cpp</c> and
/// <c>llama-kv-cache.cpp</c> of llama.cpp v0.4.0.
/// </remarks>
internal ref struct NativeSessionCheck
{
    private readonly NativeModel _model;
    private readonly string _path;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    private NativeSessionCheck(ReadOnlySpan<byte> bytes, string path, NativeModel model)
    {
        _bytes = bytes;
        (_path, _model) = (path, model);
    }

    /// <summary>Checks a state.</summary>
    /// <param name="path">The file that it is of.</param>
    /// <param name="state">The state, as <c>llama_state_get_data</c> gives it.</param>
    /// <param name="model">The model that takes it.</param>
    /// <param name="tokens">The tokens of the sequence.</param>
    /// <exception cref="InvalidOperationException">It is no state of this model with these options.</exception>
    public static void Check(string path, ReadOnlySpan<byte> state, NativeModel model, int tokens) =>
        new NativeSessionCheck(state, path, model).Check((uint)tokens);

    private void Check(uint count)
    {
        var name = Encoding.UTF8.GetBytes(_model.Architecture);
        Expect("the length of the architecture's name", (uint)name.Length);
        if (!Read(name.Length, "the architecture's name").SequenceEqual(name))
            throw Fault($"it is of another architecture than '{_model.Architecture}'");
        Expect("the number of streams", 1);
        Expect("the number of cells", count);
        if (count > 0)
        {
            CheckCells((int)count);
            CheckValues(count);
        }

        if (_position != _bytes.Length)
            throw Fault($"{_bytes.Length - _position:N0} bytes follow its end");
    }

    private void CheckCells(int count)
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

    private void CheckValues(uint count)
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

                _ = Read(checked((long)(rowBytes * count)), "the keys and values");
            }
        }
    }

    private void Expect(string what, uint expected)
    {
        if (ReadUInt32(what) is var found && found != expected)
            throw Fault($"{what} is {found:N0}; {expected:N0} is expected");
    }

    private uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Read(sizeof(uint), what));

    private ulong ReadUInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Read(sizeof(ulong), what));

    private ReadOnlySpan<byte> Read(long count, string what)
    {
        if (count > _bytes.Length - _position)
            throw Fault($"it ends inside {what}");
        var read = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return read;
    }

    private readonly InvalidOperationException Fault(string how) =>
        new($"'{_path}' is no session of this model with these options: {how} (at byte {_position:N0} of its state).");
}
