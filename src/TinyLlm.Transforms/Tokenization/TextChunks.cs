namespace TinyLlm.Transforms;

/// <summary>Whether a text may be cut before the byte at <paramref name="position"/>.</summary>
internal delegate bool CutCheck(ReadOnlySpan<byte> text, int position);

/// <summary>Reads UTF-8 text in chunks that end where a word certainly ends, so that the chunks' words are the text's words.</summary>
internal sealed class TextChunks(Stream stream, int chunkBytes, CutCheck mayCut)
{
    private byte[] _rest = [];
    private bool _hasBegun;

    /// <summary>Returns the next chunk, which is the caller's; <see langword="null"/> at the end.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        var buffer = new byte[Math.Max(chunkBytes, 2 * _rest.Length)];
        _rest.CopyTo(buffer, 0);
        var length = _rest.Length;
        while (true)
        {
            length += stream.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
            var start = !_hasBegun && buffer.AsSpan(0, length).StartsWith("\uFEFF"u8) ? 3 : 0;
            var isLast = length < buffer.Length;
            var cut = isLast ? length : LastCut(buffer, start);
            if (isLast || cut > start)
            {
                _hasBegun = true;
                _rest = buffer[cut..length];
                // Not a conditional expression: in one, null would become an empty memory.
                if (cut == start)
                    return null;
                return buffer.AsMemory(start..cut);
            }

            // No place to cut: a chunk twice as long may have one.
            Array.Resize(ref buffer, 2 * buffer.Length);
        }
    }

    /// <summary>Returns the chunks that are left.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> All()
    {
        while (Next() is { } chunk)
            yield return chunk;
    }

    private int LastCut(ReadOnlySpan<byte> text, int start)
    {
        for (var cut = text.Length - 1; cut > start; cut--)
        {
            if (text[cut] <= (byte)' ' && WordScanner.IsCertainCut(text, cut) && mayCut(text, cut))
                return cut;
        }

        return start;
    }
}
