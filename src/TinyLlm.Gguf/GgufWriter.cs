using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace TinyLlm.Gguf;

/// <summary>Writes GGUF files, version 3, in one pass.</summary>
public static class GgufWriter
{
    /// <summary>
    /// Writes a file: it appears under <paramref name="path"/> when it is complete, and what stood there stays until then.
    /// </summary>
    /// <exception cref="ArgumentException">Keys, names or shapes are outside the format's limits.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Write(
        string path, GgufMetadata metadata, IReadOnlyList<ModelTensor> tensors, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Write(stream, metadata, tensors, cancellationToken));
    }

    /// <inheritdoc cref="Write(string, GgufMetadata, IReadOnlyList{ModelTensor}, CancellationToken)"/>
    public static void Write(
        Stream stream, GgufMetadata metadata, IReadOnlyList<ModelTensor> tensors, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(tensors);
        var alignment = AlignmentOf(metadata);
        CheckNames(tensors);

        // The head is small beside the tensors, and its length decides the first padding.
        using var head = new MemoryStream();
        WriteHead(head, metadata, tensors, alignment);
        head.WriteTo(stream);
        if (tensors.Count > 0)
            Pad(stream, head.Length, alignment);
        foreach (var tensor in tensors)
        {
            using var pinned = tensor.Data.Pin(); // whoever disposes the model meanwhile does not take it away
            for (var offset = 0; offset < tensor.Data.Length; offset += ChunkBytes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stream.Write(tensor.Data.Span[offset..Math.Min(offset + ChunkBytes, tensor.Data.Length)]);
            }

            Pad(stream, tensor.Data.Length, alignment);
        }
    }

    private const int ChunkBytes = 1 << 22;

    private static int AlignmentOf(GgufMetadata metadata) =>
        !metadata.TryGetValue(GgufLayout.AlignmentKey, out var value) ? GgufLayout.DefaultAlignment
        : value.Value is uint alignment and >= 8 and <= GgufLayout.MaximumAlignment && uint.IsPow2(alignment) ? (int)alignment
        : throw new ArgumentException(
            $"'{GgufLayout.AlignmentKey}' must be a power of two from 8 to {GgufLayout.MaximumAlignment} as UInt32 but is {value}.",
            nameof(metadata));

    private static void CheckNames(IReadOnlyList<ModelTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"The tensor '{tensor.Name}' is given twice.", nameof(tensors));
            if (Encoding.UTF8.GetByteCount(tensor.Name) > GgufLayout.MaximumTensorNameBytes)
                throw new ArgumentException(
                    $"The tensor name '{tensor.Name}' is longer than {GgufLayout.MaximumTensorNameBytes} bytes.", nameof(tensors));
            if (tensor.Shape.Length > GgufLayout.MaximumDimensions)
                throw new ArgumentException($"{tensor} has more than {GgufLayout.MaximumDimensions} dimensions.", nameof(tensors));
        }
    }

    private static void WriteHead(MemoryStream head, GgufMetadata metadata, IReadOnlyList<ModelTensor> tensors, int alignment)
    {
        head.Write(GgufLayout.Magic);
        WriteNumber(head, GgufLayout.Version);
        WriteNumber(head, (ulong)tensors.Count);
        WriteNumber(head, (ulong)metadata.Count);
        foreach (var (key, value) in metadata)
        {
            if (key.Length == 0 || Encoding.UTF8.GetByteCount(key) > GgufLayout.MaximumKeyBytes)
                throw new ArgumentException(
                    $"Metadata keys have 1 to {GgufLayout.MaximumKeyBytes} bytes; '{key}' has not.", nameof(metadata));
            WriteString(head, key);
            WriteNumber(head, (int)value.Type);
            WriteValue(head, value.Value);
        }

        long offset = 0;
        foreach (var tensor in tensors)
        {
            WriteString(head, tensor.Name);
            WriteNumber(head, tensor.Shape.Length);
            // The file stores dimensions innermost first.
            foreach (var dimension in tensor.Shape.Reverse())
                WriteNumber(head, dimension);
            WriteNumber(head, (int)tensor.Type);
            WriteNumber(head, (ulong)offset);
            offset = GgufLayout.Align(offset + tensor.Data.Length, alignment);
        }
    }

    private static void WriteValue(MemoryStream head, object value)
    {
        switch (value)
        {
            case byte v: WriteNumber(head, v); break;
            case sbyte v: WriteNumber(head, v); break;
            case ushort v: WriteNumber(head, v); break;
            case short v: WriteNumber(head, v); break;
            case uint v: WriteNumber(head, v); break;
            case int v: WriteNumber(head, v); break;
            case float v: WriteNumber(head, v); break;
            case ulong v: WriteNumber(head, v); break;
            case long v: WriteNumber(head, v); break;
            case double v: WriteNumber(head, v); break;
            case bool v: WriteNumber(head, (byte)(v ? 1 : 0)); break;
            case string v: WriteString(head, v); break;
            case GgufArray v:
                WriteNumber(head, (int)v.ElementType);
                WriteNumber(head, (ulong)v.Count);
                foreach (var item in v.Values)
                    WriteValue(head, item);
                break;
            default: throw new ArgumentException($"GGUF metadata cannot hold a {value.GetType()}.", nameof(value));
        }
    }

    private static void WriteNumber<T>(MemoryStream head, T value)
        where T : unmanaged =>
        head.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private static void WriteString(MemoryStream head, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
        head.Write(length);
        head.Write(bytes);
    }

    private static void Pad(Stream stream, long length, int alignment)
    {
        Span<byte> zeros = stackalloc byte[64];
        zeros.Clear();
        for (var left = GgufLayout.Align(length, alignment) - length; left > 0; left -= Math.Min(left, zeros.Length))
            stream.Write(zeros[..(int)Math.Min(left, zeros.Length)]);
    }
}
