using System.Buffers;
using System.Runtime.InteropServices;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Writes a token shard: a file of tokens, one document after the other, in llm.c's format.</summary>
/// <remarks>
/// The file is written as the tokens come and appears under its path when <see cref="Complete"/> is called; what stood there stays until
/// then. Tokens take 2 bytes up to a vocabulary of 65,536 and 4 bytes above. Documents are separated by a token of the vocabulary that the
/// caller writes.
/// </remarks>
public sealed class TokenShardWriter : IDisposable
{
    private const int ChunkLength = 1 << 14;

    private readonly string _path;
    private readonly int _vocabularySize;
    private readonly bool _isWide;
    private readonly AtomicFile _file;
    private bool _completed;

    /// <summary>Begins a shard.</summary>
    /// <param name="path">The file; llm.c expects <c>.bin</c>.</param>
    /// <param name="vocabularySize">The number of tokens in the vocabulary, at least 1; it decides between 2 and 4 bytes.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public TokenShardWriter(string path, int vocabularySize)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        (_path, _vocabularySize, _isWide) = (path, vocabularySize, vocabularySize > TokenShardFormat.LargestNarrowVocabulary);
        _file = new AtomicFile(path);
        _file.Stream.SetLength(TokenShardFormat.HeaderBytes);
        _file.Stream.Position = TokenShardFormat.HeaderBytes;
    }

    /// <summary>Gets the number of tokens written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Appends tokens; either all of them or none.</summary>
    /// <exception cref="ArgumentException">A token is not in the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The shard is complete, or full: it holds 2,147,483,647 tokens.</exception>
    public void Write(ReadOnlySpan<int> tokens)
    {
        ThrowIfCompleted();
        var bad = tokens.IndexOfAnyExceptInRange(0, _vocabularySize - 1);
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Token {bad} is {tokens[bad]}; the vocabulary has the tokens 0 to {_vocabularySize - 1:N0}.", nameof(tokens));
        }

        if (tokens.Length > TokenShardFormat.MaximumTokens - Count)
        {
            throw new InvalidOperationException(
                $"'{_path}' holds {Count:N0} tokens, and {tokens.Length:N0} more exceed {TokenShardFormat.MaximumTokens:N0}; "
                + "begin another shard.");
        }

        if (_isWide)
            _file.Stream.Write(MemoryMarshal.AsBytes(tokens));
        else
            WriteNarrow(tokens);
        Count += tokens.Length;
    }

    /// <summary>Writes the header and puts the file in its place.</summary>
    /// <exception cref="InvalidOperationException">Nothing was written, or the shard is complete already.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Complete()
    {
        ThrowIfCompleted();
        if (Count == 0)
            throw new InvalidOperationException($"Nothing was written to '{_path}'; a token shard holds at least one token.");
        var header = new int[TokenShardFormat.HeaderLength];
        (header[0], header[1], header[2]) = _isWide
            ? (TokenShardFormat.WideMagic, TokenShardFormat.WideVersion, (int)Count)
            : (TokenShardFormat.NarrowMagic, TokenShardFormat.NarrowVersion, (int)Count);
        _file.Stream.Position = 0;
        _file.Stream.Write(MemoryMarshal.AsBytes(header.AsSpan()));
        _file.Complete();
        _completed = true;
    }

    /// <summary>Closes the shard; without <see cref="Complete"/> nothing remains of it.</summary>
    public void Dispose() => _file.Dispose();

    private void WriteNarrow(ReadOnlySpan<int> tokens)
    {
        var buffer = ArrayPool<ushort>.Shared.Rent(ChunkLength);
        while (!tokens.IsEmpty)
        {
            var chunk = tokens[..Math.Min(tokens.Length, ChunkLength)];
            for (var i = 0; i < chunk.Length; i++)
                buffer[i] = (ushort)chunk[i];
            _file.Stream.Write(MemoryMarshal.AsBytes(buffer.AsSpan(0, chunk.Length)));
            tokens = tokens[chunk.Length..];
        }

        ArrayPool<ushort>.Shared.Return(buffer);
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
            throw new InvalidOperationException($"'{_path}' is complete; begin another shard.");
    }
}
