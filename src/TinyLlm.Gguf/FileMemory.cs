using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace TinyLlm.Gguf;

/// <summary>The bytes of a file: a read-only map of it, or memory of the caller.</summary>
internal sealed unsafe class FileMemory : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly MemoryHandle _pin;
    private readonly byte* _start;
    private bool _disposed;

    private FileMemory(MemoryMappedFile file, MemoryMappedViewAccessor view, long length)
    {
        (_file, _view, Length) = (file, view, length);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + view.PointerOffset;
    }

    private FileMemory(ReadOnlyMemory<byte> bytes)
    {
        _pin = bytes.Pin();
        _start = (byte*)_pin.Pointer;
        Length = bytes.Length;
    }

    public long Length { get; }

    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(GgufFile));
            return _start;
        }
    }

    public static FileMemory Map(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length == 0)
            throw GgufErrors.BadMagic([]);
        var file = MemoryMappedFile.CreateFromFile(
            stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new FileMemory(file, file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read), stream.Length);
    }

    public static FileMemory Wrap(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Returns a part of the bytes as memory that fails once this is disposed.</summary>
    public ReadOnlyMemory<byte> Slice(long offset, int count) => new Part(this, offset, count).Memory;

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
        _pin.Dispose();
    }

    private sealed class Part(FileMemory owner, long offset, int count) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(owner.Start + offset, count);

        public override MemoryHandle Pin(int elementIndex = 0) => new(owner.Start + offset + elementIndex, pinnable: this);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
