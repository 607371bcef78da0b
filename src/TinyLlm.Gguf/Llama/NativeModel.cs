using System.Collections.Frozen;

namespace TinyLlm.Gguf.Llama;

/// <summary>What a checked file tells of its model: the sizes by which adapters and sessions are checked, too.</summary>
/// <param name="Architecture">The network's name.</param>
/// <param name="LayerCount">The number of blocks.</param>
/// <param name="EmbeddingLength">The width C.</param>
/// <param name="HeadCount">The heads H.</param>
/// <param name="KeyValueLength">The width of all key (or value) heads, K·D.</param>
/// <param name="FeedForwardLength">The feed-forward width F.</param>
/// <param name="ContextLength">The positions that the model was trained for.</param>
/// <param name="Vocabulary">The special tokens.</param>
/// <param name="Matrices">The matrices of the blocks and the head, by name.</param>
internal sealed record NativeModel(
    string Architecture, int LayerCount, int EmbeddingLength, int HeadCount, int KeyValueLength, int FeedForwardLength, int ContextLength,
    NativeVocabulary Vocabulary, FrozenDictionary<string, GgufTensorInfo> Matrices)
{
    private const long MostUnaskedBytes = 1L << 30;

    /// <summary>Refuses a context that takes more memory than anybody asked for, or than there is.</summary>
    /// <param name="length">The tokens of all sequences.</param>
    /// <param name="batchSize">The tokens of one call.</param>
    /// <param name="valueBytes">The bytes of a key's or a value's number.</param>
    /// <param name="isAsked">Whether the caller named a length, or it is the file's.</param>
    /// <exception cref="InvalidOperationException">It takes too much.</exception>
    public void CheckContext(long length, int batchSize, int valueBytes, bool isAsked)
    {
        // Keys and values of every position, and what a call computes of every position: a mask, and where need be the heads' weights.
        var bytes = (length * LayerCount * 2 * KeyValueLength * valueBytes) + (length * Math.Min(batchSize, length) * (HeadCount + 1) * 4);
        var most = isAsked ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : MostUnaskedBytes;
        if (length > int.MaxValue || bytes > most)
        {
            throw new InvalidOperationException(
                $"A context of {length:N0} tokens takes some {bytes / 1e9:N1} GB, and {(isAsked ? "there are" : "unasked at most")} "
                + $"{most / 1e9:N1} GB{(isAsked ? "" : " are taken")}: set {nameof(TinyGptOptions)}.{nameof(TinyGptOptions.ContextLength)} "
                + $"to what your texts need{(isAsked ? "" : $", up to the {ContextLength:N0} that the model's file states")}.");
        }
    }
}
