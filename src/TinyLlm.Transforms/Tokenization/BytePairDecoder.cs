using System.Text;

namespace TinyLlm.Transforms;

/// <summary>Turns tokens into text as they come and holds back bytes that are part of a character. For one thread at a time.</summary>
public sealed class BytePairDecoder
{
    private readonly TokenBytes _bytes;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    internal BytePairDecoder(TokenBytes bytes) => _bytes = bytes;

    /// <summary>Adds a token and returns the characters that are complete now, often none. Control tokens have no text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such token.</exception>
    public string Add(int token) => Characters(_bytes.Of(token, withControl: false), flush: false);

    /// <summary>Returns what was held back, as U+FFFD, and starts anew.</summary>
    public string Finish() => Characters([], flush: true);

    private string Characters(ReadOnlySpan<byte> bytes, bool flush)
    {
        var count = _decoder.GetCharCount(bytes, flush);
        if (count == 0 && !flush)
        {
            // The decoder keeps the bytes.
            _decoder.GetChars(bytes, [], flush);
            return "";
        }

        return string.Create(
            count, (_decoder, bytes.ToArray(), flush), static (text, state) => state._decoder.GetChars(state.Item2, text, state.flush));
    }
}
