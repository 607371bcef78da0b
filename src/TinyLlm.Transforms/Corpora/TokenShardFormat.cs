namespace TinyLlm.Transforms;

/// <summary>
/// The constants of token shards. They are llm.c's, from its <c>dev/data/data_common.py</c>, so the same files train there.
/// </summary>
/// <remarks>
/// Little-endian: 256 <c>int32</c> of header (magic, version, token count, zeros), then the tokens. Vocabularies of up to 65,536 tokens are
/// stored as <c>uint16</c> under llm.c's GPT-2 magic, larger ones as <c>uint32</c> under its Llama 3 magic.
/// </remarks>
internal static class TokenShardFormat
{
    public const int HeaderLength = 256;
    public const int HeaderBytes = HeaderLength * sizeof(int);

    public const int NarrowMagic = 20240520;
    public const int NarrowVersion = 1;
    public const int LargestNarrowVocabulary = 1 << 16;

    public const int WideMagic = 20240801;
    public const int WideVersion = 7;

    /// <summary>The header counts tokens in an <c>int32</c>.</summary>
    public const long MaximumTokens = int.MaxValue;
}
