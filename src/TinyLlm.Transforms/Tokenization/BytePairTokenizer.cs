using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Turns text into tokens and back by byte-level BPE, with the same ids as GPT-2's own encoder and llama.cpp.</summary>
/// <remarks>
/// It does not change and any number of threads may use it. Tokens of kind <see cref="TokenKind.UserDefined"/> are reserved: they are found
/// in any text (the leftmost first, of several the longest) and kept whole. Texts of <see cref="TokenKind.Control"/> tokens are plain text
/// unless a call allows them. Unpaired surrogates become U+FFFD; bytes that are not UTF-8 are kept as they are. No begin token is added.
/// </remarks>
public sealed partial class BytePairTokenizer
{
    private const string Gpt2 = "gpt-2";

    private readonly MergeTable _merges;
    private readonly ReservedTokens _reserved;
    private readonly TokenBytes _bytes;
    private readonly ConcurrentBag<WordEncoder> _idle = [];

    /// <summary>Makes a tokenizer of a vocabulary.</summary>
    /// <exception cref="ArgumentException">The vocabulary contradicts itself, or lacks bytes or the tokens of its merges.</exception>
    /// <exception cref="NotSupportedException">It cuts words in another way than GPT-2, or its added tokens overlap, so that the engine
    /// would read some text in another way.</exception>
    public BytePairTokenizer(ModelVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        vocabulary.Validate();
        if (vocabulary.PreTokenizer != Gpt2)
            throw new NotSupportedException(
                $"The vocabulary's pre-tokenizer is '{vocabulary.PreTokenizer}', and only '{Gpt2}' is supported; the engine has any.");
        if (AddedTokenOverlap.Problem(vocabulary) is { } problem)
            throw new NotSupportedException($"The vocabulary is not supported: {problem}.");
        Vocabulary = vocabulary;
        _merges = new MergeTable(vocabulary);
        _bytes = new TokenBytes(vocabulary);
        _reserved = new ReservedTokens(
            from id in Enumerable.Range(0, vocabulary.Count)
            let kind = vocabulary.Kinds[id]
            where kind is TokenKind.UserDefined or TokenKind.Control or TokenKind.Unknown && vocabulary.Tokens[id].Length > 0
            select new ReservedTokens.Reserved(Encoding.UTF8.GetBytes(vocabulary.Tokens[id]), id, kind != TokenKind.UserDefined));
    }

    /// <summary>Gets the vocabulary.</summary>
    public ModelVocabulary Vocabulary { get; }

    /// <summary>Returns the tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="allowControlTokens">Whether texts of control tokens become those tokens. Only for text that is trusted. Default
    /// false.</param>
    public int[] EncodeToIds(ReadOnlySpan<char> text, bool allowControlTokens = false)
    {
        var tokens = new List<int>((text.Length / 3) + 1);
        EncodeToIds(text, tokens, allowControlTokens);
        return [.. tokens];
    }

    /// <summary>Adds the tokens of a text to a list; nothing is allocated where the list has room.</summary>
    /// <inheritdoc cref="EncodeToIds(ReadOnlySpan{char}, bool)"/>
    public void EncodeToIds(ReadOnlySpan<char> text, List<int> destination, bool allowControlTokens = false)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var encoder = Rent();
        Encode(encoder, text, destination, allowControlTokens);
        _idle.Add(encoder);
    }

    /// <summary>Adds the tokens of a UTF-8 text to a list; nothing is allocated where the list has room.</summary>
    /// <inheritdoc cref="EncodeToIds(ReadOnlySpan{char}, bool)"/>
    public void EncodeToIds(ReadOnlySpan<byte> text, List<int> destination, bool allowControlTokens = false)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var encoder = Rent();
        Encode(encoder, text, destination, allowControlTokens);
        _idle.Add(encoder);
    }

    /// <summary>Writes the tokens of a text to a span.</summary>
    /// <returns>Whether they fit; <paramref name="count"/> is their number in either case.</returns>
    public bool TryEncodeToIds(ReadOnlySpan<char> text, Span<int> destination, out int count, bool allowControlTokens = false)
    {
        var encoder = Rent();
        encoder.ClearScratch();
        Encode(encoder, text, encoder.Scratch, allowControlTokens);
        count = encoder.Scratch.Count;
        var fits = CollectionsMarshal.AsSpan(encoder.Scratch).TryCopyTo(destination);
        _idle.Add(encoder);
        return fits;
    }

    /// <summary>Returns how many tokens a text has.</summary>
    /// <inheritdoc cref="EncodeToIds(ReadOnlySpan{char}, bool)"/>
    public int CountTokens(ReadOnlySpan<char> text, bool allowControlTokens = false)
    {
        TryEncodeToIds(text, [], out var count, allowControlTokens);
        return count;
    }

    /// <summary>Returns the text of tokens. Bytes that make no character become U+FFFD.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="withControlTokens">Whether control tokens show their text. Default false: they have none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> tokens, bool withControlTokens = false)
    {
        var bytes = new ArrayBufferWriter<byte>(4 * tokens.Length + 1);
        Decode(tokens, bytes, withControlTokens);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Writes the bytes of tokens, which need not be whole characters.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{int}, bool)"/>
    public void Decode(ReadOnlySpan<int> tokens, IBufferWriter<byte> destination, bool withControlTokens = false)
    {
        ArgumentNullException.ThrowIfNull(destination);
        foreach (var token in tokens)
            destination.Write(_bytes.Of(token, withControlTokens));
    }

    private void Encode(WordEncoder encoder, ReadOnlySpan<char> text, List<int> tokens, bool allowControlTokens)
    {
        // Pooled: an array of an encoder's own would stay as long as the longest text.
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var bytes = Encoding.UTF8.GetBytes(text, utf8);
        Encode(encoder, utf8.AsSpan(0, bytes), tokens, allowControlTokens);
        ArrayPool<byte>.Shared.Return(utf8);
    }

    private void Encode(WordEncoder encoder, ReadOnlySpan<byte> text, List<int> tokens, bool allowControlTokens)
    {
        while (text.Length > 0)
        {
            var end = _reserved.Find(text, allowControlTokens, out var reserved);
            for (var start = 0; start < end;)
            {
                var next = WordScanner.EndOfWord(text[..end], start);
                encoder.Encode(text[start..next], tokens);
                start = next;
            }

            if (reserved is null)
                return;
            tokens.Add(reserved.Token);
            text = text[(end + reserved.Text.Length)..];
        }
    }

    // Encoders hold a cache each; there are as many as threads have ever encoded at once.
    private WordEncoder Rent() => _idle.TryTake(out var encoder) ? encoder : new WordEncoder(_merges);
}
