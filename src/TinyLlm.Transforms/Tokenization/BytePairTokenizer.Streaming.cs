namespace TinyLlm.Transforms;

public sealed partial class BytePairTokenizer
{
    // Small enough that neither it nor its tokens are large objects to the garbage collector.
    private const int ChunkBytes = 1 << 16;

    /// <summary>Returns a decoder for tokens that come one by one.</summary>
    public BytePairDecoder CreateDecoder() => new(_bytes);

    /// <summary>Returns the tokens of a UTF-8 file in pieces, in order, encoded on all processors; a byte order mark is left out.</summary>
    /// <remarks>
    /// The tokens are those of the file in one piece: it is cut only before white space behind a word, outside of reserved tokens. Memory
    /// is a few megabytes for each processor, however long the file; only text without any white space is read whole.
    /// </remarks>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<ReadOnlyMemory<int>> EncodeFile(
        string path, bool allowControlTokens = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read();

        IEnumerable<ReadOnlyMemory<int>> Read()
        {
            using var stream = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            foreach (var tokens in EncodeStream(stream, allowControlTokens, cancellationToken))
                yield return tokens;
        }
    }

    /// <summary>Returns the tokens of a UTF-8 stream in pieces; see <see cref="EncodeFile"/>.</summary>
    /// <inheritdoc cref="EncodeFile"/>
    public IEnumerable<ReadOnlyMemory<int>> EncodeStream(
        Stream stream, bool allowControlTokens = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return EncodeChunks(
            new TextChunks(stream, ChunkBytes, (text, cut) => !MayCrossReserved(text, cut)), allowControlTokens, cancellationToken);
    }

    /// <summary>Returns whether a reserved token could stand across a place before white space.</summary>
    internal bool MayCrossReserved(ReadOnlySpan<byte> text, int position) => _reserved.MayCross(text, position);

    internal IEnumerable<ReadOnlyMemory<int>> EncodeChunks(TextChunks chunks, bool allowControlTokens, CancellationToken cancellationToken)
    {
        return OrderedParallel.Select(chunks.All(), EncodeChunk, cancellationToken);

        ReadOnlyMemory<int> EncodeChunk(ReadOnlyMemory<byte> chunk)
        {
            var encoder = Rent();
            encoder.ClearScratch();
            Encode(encoder, chunk.Span, encoder.Scratch, allowControlTokens);
            var tokens = encoder.Scratch.ToArray();
            _idle.Add(encoder);
            return tokens;
        }
    }
}
