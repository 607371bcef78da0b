using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>
/// The tokens that end a text beside the vocabulary's own: metadata that llama.cpp obeys, and lists in the files of Hugging Face.
/// </summary>
internal static class EndTokens
{
    // Source: llama-vocab.cpp; of each key one token.
    private static readonly string[] Keys = ["tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];

    /// <summary>Returns all tokens that end a text, the vocabulary's first, each once.</summary>
    public static int[] Of(ModelVocabulary vocabulary, GgufMetadata metadata) =>
    [
        .. (vocabulary.EndToken is { } end ? [end] : Array.Empty<int>()).Concat(
            Keys.Where(metadata.ContainsKey).Select(key => metadata[key].AsInt32(key))).Distinct(),
    ];

    /// <summary>Returns the metadata with other tokens beside the vocabulary's.</summary>
    /// <exception cref="NotSupportedException">There are more than GGUF has keys for.</exception>
    public static GgufMetadata Set(GgufMetadata metadata, ModelVocabulary vocabulary, IReadOnlyCollection<int> ends)
    {
        if (Of(vocabulary, metadata).ToHashSet().SetEquals(ends))
            return metadata;
        var others = ends.Where(id => id != vocabulary.EndToken).ToArray();
        if (others.Length > Keys.Length)
            throw new NotSupportedException(
                $"eos_token_id lists {ends.Count} tokens ({string.Join(", ", ends)}); {Keys.Length + 1} are supported.");
        metadata = metadata.Without(Keys.Contains);
        for (var i = 0; i < others.Length; i++)
            metadata = metadata.With(Keys[i], (uint)others[i]);
        return metadata;
    }

    /// <summary>Writes <c>eos_token_id</c>: null, a token, or a list.</summary>
    public static void Write(Utf8JsonWriter json, ModelVocabulary vocabulary, GgufMetadata metadata)
    {
        const string Key = "eos_token_id";
        var ends = Of(vocabulary, metadata);
        if (ends.Length == 0)
            json.WriteNull(Key); // left out, it would be a number of transformers' own
        else if (ends.Length == 1)
            json.WriteNumber(Key, ends[0]);
        else
        {
            json.WriteStartArray(Key);
            foreach (var end in ends)
                json.WriteNumberValue(end);
            json.WriteEndArray();
        }
    }
}
