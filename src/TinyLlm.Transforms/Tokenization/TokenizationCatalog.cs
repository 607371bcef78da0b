using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace Microsoft.ML;

/// <summary>The stages that turn text into tokens.</summary>
public static class TokenizationCatalog
{
    /// <summary>Turns a text column into tokens of a vocabulary.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of the tokens.</param>
    /// <param name="inputColumnName">The text column; the output's name where it is left out.</param>
    /// <param name="vocabulary">The vocabulary; that of the model that the schema carries where it is left out.</param>
    public static TokenizingEstimator Tokenize(
        this TinyLlmCatalog catalog, string outputColumnName, string? inputColumnName = null, ModelVocabulary? vocabulary = null) =>
        new(new TokenizeOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Vocabulary = vocabulary,
        });

    /// <summary>Turns a text column into tokens, and learns the vocabulary where it is asked to.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static TokenizingEstimator Tokenize(this TinyLlmCatalog catalog, TokenizeOptions options) => new(options);
}
