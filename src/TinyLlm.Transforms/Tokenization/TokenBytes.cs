using System.Text;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>The bytes that each token stands for.</summary>
internal sealed class TokenBytes
{
    private readonly byte[][] _bytes;
    private readonly bool[] _isControl;

    public TokenBytes(ModelVocabulary vocabulary)
    {
        _isControl = [.. vocabulary.Kinds.Select(kind => kind is TokenKind.Control or TokenKind.Unknown)];
        _bytes = [.. vocabulary.Tokens.Zip(vocabulary.Kinds, Of)];
    }

    /// <summary>Returns a token's bytes; a control token has none unless <paramref name="withControl"/> says so.</summary>
    public ReadOnlySpan<byte> Of(int token, bool withControl)
    {
        if ((uint)token >= (uint)_bytes.Length)
            throw new ArgumentOutOfRangeException(nameof(token), token, $"Tokens are 0 to {_bytes.Length - 1}.");
        return withControl || !_isControl[token] ? _bytes[token] : [];
    }

    // Only learned tokens are written in the byte alphabet; the others are written as they are.
    private static byte[] Of(string text, TokenKind kind) => kind switch
    {
        TokenKind.Unused => [],
        TokenKind.Normal or TokenKind.Undefined or TokenKind.Byte when ByteAlphabet.Decode(text) is { } bytes => bytes,
        _ => Encoding.UTF8.GetBytes(text),
    };
}
