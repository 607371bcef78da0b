using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>
/// An open GGUF file, version 3: metadata, the tensor table, and the tensors' bytes, which are mapped and not read until used.
/// </summary>
/// <remarks>
/// The whole file is checked when it is opened, tensor values aside. Safe for use by several threads; memory that it gave
/// is invalid once it is disposed.
/// </remarks>
public sealed class GgufFile : IMappedFile, IDisposable
{
    private readonly FileMemory _memory;
    private readonly Dictionary<string, GgufTensorInfo> _byName;
    private readonly long _dataOffset;

    private unsafe GgufFile(FileMemory memory)
    {
        _memory = memory;
        try
        {
            (Alignment, Metadata, Tensors, _dataOffset) = GgufReader.Read(memory.Start, memory.Length);
            _byName = Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Gets the alignment of the tensors' data, in bytes.</summary>
    public int Alignment { get; }

    /// <summary>Gets keys and values in the file's order.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>Gets the tensors in the file's order.</summary>
    public ImmutableArray<GgufTensorInfo> Tensors { get; }

    /// <summary>Gets the size of the file in bytes.</summary>
    public long Length => _memory.Length;

    /// <summary>Maps a file.</summary>
    /// <exception cref="GgufFormatException">The file is not valid.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static GgufFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new GgufFile(FileMemory.Map(path));
        }
        catch (GgufFormatException e)
        {
            throw e.In(path);
        }
    }

    /// <summary>Reads a file that is in memory; the bytes are used where they are.</summary>
    /// <exception cref="GgufFormatException">The bytes are not a valid file.</exception>
    public static GgufFile Open(ReadOnlyMemory<byte> bytes) => new(FileMemory.Wrap(bytes));

    /// <summary>Returns what the file says of a tensor, or <see langword="null"/>.</summary>
    public GgufTensorInfo? FindTensor(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Returns the bytes of a tensor, which stay in the file's memory.</summary>
    /// <exception cref="NotSupportedException">The tensor has 2 GiB or more.</exception>
    public ReadOnlyMemory<byte> GetData(GgufTensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!_byName.TryGetValue(tensor.Name, out var own) || own != tensor)
            throw new ArgumentException($"The tensor '{tensor.Name}' is not of this file.", nameof(tensor));
        if (tensor.ByteCount > int.MaxValue)
            throw new NotSupportedException($"The tensor '{tensor.Name}' has {tensor.ByteCount:N0} bytes; less than 2 GiB are supported.");
        return _memory.Slice(_dataOffset + tensor.Offset, (int)tensor.ByteCount);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _memory.Dispose();

    /// <inheritdoc/>
    void IMappedFile.CheckUnchanged() => CheckUnchanged();

    internal void CheckUnchanged() => _memory.CheckUnchanged();

    /// <summary>Throws where another file has come to the path since this one was opened there.</summary>
    /// <exception cref="IOException">One has.</exception>
    internal void CheckStillAt(string path)
    {
        if (!_memory.IsStillAt(path))
            throw new IOException($"'{path}' was replaced while it was being opened: open it again.");
    }

    /// <summary>Returns whether two files are the same, byte for byte.</summary>
    internal unsafe bool HasBytesOf(GgufFile other)
    {
        const int Chunk = 1 << 24;
        if (Length != other.Length)
            return false;
        for (long at = 0; at < Length; at += Chunk)
        {
            var count = (int)Math.Min(Chunk, Length - at);
            using var mine = _memory.Slice(at, count).Pin();
            using var others = other._memory.Slice(at, count).Pin();
            if (!new ReadOnlySpan<byte>(mine.Pointer, count).SequenceEqual(new ReadOnlySpan<byte>(others.Pointer, count)))
                return false;
        }

        return true;
    }
}
