namespace TinyLlm.Gguf;

/// <summary>What a model's file says of its responses.</summary>
/// <param name="Template">How the model was trained to be asked; null where the file does not tell.</param>
/// <param name="EndToken">The token that ends a response; null where the file names none.</param>
/// <param name="Temperature">The temperature that was fitted for classifications; null where none was.</param>
internal sealed record ResponseMetadata(PromptTemplate? Template, int? EndToken, double? Temperature)
{
    private const string EndKey = "tokenizer.ggml.eos_token_id";

    /// <exception cref="GgufFormatException">One of the values is not as it must be.</exception>
    public static ResponseMetadata From(GgufMetadata metadata) => new(
        PromptTemplate.From(metadata),
        metadata.TryGetValue(EndKey, out var end) ? end.AsInt32(EndKey, minimum: 0) : null,
        ClassificationMetadata.Temperature(metadata));

    /// <exception cref="GgufFormatException">The vocabulary lacks the end token.</exception>
    public void CheckEnd(int vocabularySize)
    {
        if (EndToken >= vocabularySize)
            throw new GgufFormatException($"'{EndKey}' is {EndToken}, and the vocabulary has {vocabularySize} tokens.", 0);
    }
}
