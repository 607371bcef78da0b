using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace TinyLlm.Gguf;

/// <summary>The bytes of a file: a read-only map of it, or memory of the caller.</summary>
/// <remarks>
/// Safe for use by several threads. Memory that is pinned stays when this is disposed, until it is unpinned; spans do not keep it.
/// </remarks>
internal sealed unsafe class FileMemory : IMappedFile, IDisposable
{
    private readonly IDisposable[] _parts;
    private readonly string _path;
    private readonly FileStream? _stream;
    private readonly FileStamp _stamp;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly MemoryHandle _pin;
    private readonly byte* _start;
    private int _users = 1; // the owner, and who has pinned
    private int _disposed;

    private FileMemory(string path, FileStream stream, MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        (_path, _stream, _stamp, _view, _parts) = (path, stream, FileStamp.Of(stream.SafeFileHandle), view, [view, file, stream]);
        Length = stream.Length;
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + view.PointerOffset;
    }

    private FileMemory(ReadOnlyMemory<byte> bytes)
    {
        (_path, _parts, _pin, Length) = ("", [], bytes.Pin(), bytes.Length);
        _start = (byte*)_pin.Pointer;
    }

    public long Length { get; }

    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(GgufFile));
            return _start;
        }
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="IOException">It cannot be opened, or is a folder.</exception>
    public static FileMemory Map(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder, and a file is expected.");
        var parts = new Stack<IDisposable>();
        try
        {
            var stream = Keep(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));
            if (stream.Length == 0)
                throw GgufErrors.BadMagic([]);
            var file = Keep(MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true));
            var view = Keep(file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read));
            return new FileMemory(path, stream, file, view);
        }
        catch
        {
            foreach (var part in parts)
                part.Dispose();
            throw;
        }

        T Keep<T>(T part)
            where T : IDisposable
        {
            parts.Push(part);
            return part;
        }
    }

    public static FileMemory Wrap(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Returns a part of the bytes as memory that fails once this is disposed.</summary>
    public ReadOnlyMemory<byte> Slice(long offset, int count) => new Part(this, offset, count).Memory;

    /// <summary>Returns whether the file that was mapped is still the one at a path; true where nothing is mapped.</summary>
    public bool IsStillAt(string path) => _stream is null || FileStamp.Of(path) == _stamp;

    /// <inheritdoc/>
    public void CheckUnchanged()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(GgufFile));
        if (_stream is not null && FileStamp.Of(_stream.SafeFileHandle) is var now && now != _stamp)
        {
            throw new IOException(
                $"'{_path}' was written to while it was mapped: it had {_stamp.Length:N0} bytes of {_stamp.Written:O} and has "
                + $"{now.Length:N0} of {now.Written:O}, and what was loaded from it is lost. Load it again; to replace a file that is in "
                + "use, write another and rename it.");
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Release();
    }

    // Fails when nobody has the bytes any more.
    private void AddUser()
    {
        for (var users = Volatile.Read(ref _users); ;)
        {
            ObjectDisposedException.ThrowIf(users == 0, typeof(GgufFile));
            var found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
                return;
            users = found;
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        foreach (var part in _parts)
            part.Dispose();
        _pin.Dispose();
    }

    private sealed class Part(FileMemory owner, long offset, int count) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(owner.Start + offset, count);

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            owner.AddUser();
            return new MemoryHandle(owner._start + offset + elementIndex, pinnable: this);
        }

        public override void Unpin() => owner.Release();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
