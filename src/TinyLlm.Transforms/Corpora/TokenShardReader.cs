using System.Runtime.InteropServices;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Reads a token shard: a file of tokens in llm.c's format, mapped into memory and not read until used.</summary>
/// <remarks>Safe for use by several threads.</remarks>
public sealed unsafe class TokenShardReader : IDisposable
{
    private readonly FileMemory _memory;
    private readonly bool _isWide;
    private bool _disposed;

    private TokenShardReader(string path, FileMemory memory, bool isWide, long count) =>
        (Path, _memory, _isWide, Count) = (path, memory, isWide, count);

    /// <summary>Gets the file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>Gets the number of tokens; at least 1.</summary>
    public long Count { get; }

    /// <summary>Opens a shard and checks its header and size.</summary>
    /// <exception cref="FormatException">The file is no token shard, or its size is not what its header says.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static TokenShardReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var length = new FileInfo(path).Length;
        if (length < TokenShardFormat.HeaderBytes)
        {
            throw new FormatException(
                $"'{path}' has {length:N0} bytes; the header of a token shard takes {TokenShardFormat.HeaderBytes:N0}.");
        }

        var memory = FileMemory.Map(path);
        try
        {
            var (isWide, count) = ReadHeader(path, new ReadOnlySpan<int>(memory.Start, TokenShardFormat.HeaderLength), memory.Length);
            return new TokenShardReader(path, memory, isWide, count);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Copies tokens from position <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shard does not hold so many.</exception>
    public void Read(long start, Span<int> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - destination.Length);
        if (_isWide)
        {
            MemoryMarshal.Cast<uint, int>(Tokens<uint>(start, destination.Length)).CopyTo(destination);
            return;
        }

        var tokens = Tokens<ushort>(start, destination.Length);
        for (var i = 0; i < tokens.Length; i++)
            destination[i] = tokens[i];
    }

    /// <summary>Reads all tokens and throws where one is not in the vocabulary.</summary>
    /// <param name="vocabularySize">The number of tokens in the vocabulary; at least 1.</param>
    /// <exception cref="FormatException">A token is not in the vocabulary; the message says which and where.</exception>
    public void Check(int vocabularySize)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        const int Chunk = 1 << 24;
        for (long start = 0; start < Count; start += Chunk)
        {
            var length = (int)Math.Min(Chunk, Count - start);
            var bad = _isWide
                ? Tokens<uint>(start, length).IndexOfAnyExceptInRange(0u, (uint)vocabularySize - 1)
                : Tokens<ushort>(start, length).IndexOfAnyExceptInRange((ushort)0, (ushort)Math.Min(vocabularySize - 1, ushort.MaxValue));
            if (bad < 0)
                continue;
            var position = start + bad;
            var token = _isWide ? Tokens<uint>(position, 1)[0] : Tokens<ushort>(position, 1)[0];
            throw new FormatException(
                $"'{Path}' holds the token {token:N0} at position {position:N0}, and the vocabulary has the tokens "
                + $"0 to {vocabularySize - 1:N0}; use the vocabulary that the shard was written with.");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _disposed = true;
        _memory.Dispose();
    }

    private static (bool IsWide, long Count) ReadHeader(string path, ReadOnlySpan<int> header, long length)
    {
        var (magic, version, count) = (header[0], header[1], header[2]);
        var isWide = magic == TokenShardFormat.WideMagic;
        if (!isWide && magic != TokenShardFormat.NarrowMagic)
        {
            throw new FormatException(
                $"'{path}' begins with {magic}; a token shard begins with {TokenShardFormat.NarrowMagic} (16 bits) "
                + $"or {TokenShardFormat.WideMagic} (32 bits).");
        }

        var supported = isWide ? TokenShardFormat.WideVersion : TokenShardFormat.NarrowVersion;
        if (version != supported)
        {
            throw new FormatException(
                $"'{path}' is a token shard of version {version}; with the magic {magic}, version {supported} is supported.");
        }

        if (count < 1)
            throw new FormatException($"'{path}' states {count:N0} tokens; at least 1 is expected.");
        var expected = TokenShardFormat.HeaderBytes + (count * (isWide ? sizeof(uint) : (long)sizeof(ushort)));
        if (length != expected)
            throw new FormatException($"'{path}' has {length:N0} bytes, and its header describes {expected:N0}; write it again.");
        return (isWide, count);
    }

    private ReadOnlySpan<T> Tokens<T>(long start, int count)
        where T : unmanaged =>
        new((T*)(_memory.Start + TokenShardFormat.HeaderBytes) + start, count);
}
