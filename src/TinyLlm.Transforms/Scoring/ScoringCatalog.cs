using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace Microsoft.ML;

/// <summary>The stages that load a language model and run it over a text column.</summary>
public static class ScoringCatalog
{
    /// <summary>Loads a GGUF file and gives the model to the stages behind.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file of a <c>gpt2</c> or <c>llama</c> model.</param>
    /// <param name="outputColumnName">The column that carries the model. Default <c>LanguageModel</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static LanguageModelLoadingEstimator LoadModel(
        this TinyLlmCatalog catalog, string path, string outputColumnName = LanguageModelColumn.DefaultName) =>
        new(path, outputColumnName);

    /// <summary>
    /// Chooses, for each row, among the key values of a label column; gives a predicted label and scores that
    /// ML.NET's multiclass evaluator takes.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The key column; needed for fitting only.</param>
    /// <param name="inputColumnName">The text column.</param>
    public static TextClassifyingEstimator Classify(
        this TinyLlmCatalog catalog, string labelColumnName = "Label", string inputColumnName = "Text") =>
        Classify(catalog, new ClassifyOptions { LabelColumnName = labelColumnName, InputColumnName = inputColumnName });

    /// <summary>Chooses, for each row, among the given labels.</summary>
    /// <inheritdoc cref="Classify(TinyLlmCatalog, string, string)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static TextClassifyingEstimator Classify(this TinyLlmCatalog catalog, ClassifyOptions options) =>
        new(Environment(catalog), options);

    /// <summary>Generates, for each row, the text that the model writes behind the row's text.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The text column of what is generated.</param>
    /// <param name="inputColumnName">The text column that the model reads; the output's name where it is left out.</param>
    /// <param name="options">How text is generated.</param>
    public static TextGeneratingEstimator Generate(
        this TinyLlmCatalog catalog, string outputColumnName, string? inputColumnName = null, GenerationOptions? options = null) =>
        Generate(catalog, new GenerateOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Generation = options ?? new GenerationOptions(),
        });

    /// <inheritdoc cref="Generate(TinyLlmCatalog, string, string?, GenerationOptions?)"/>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static TextGeneratingEstimator Generate(this TinyLlmCatalog catalog, GenerateOptions options) =>
        new(Environment(catalog), options);

    /// <summary>Computes, for each row, a vector of the row's text that any trainer takes.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of the vectors.</param>
    /// <param name="inputColumnName">The text column that the model reads; the output's name where it is left out.</param>
    public static TextEmbeddingEstimator Embed(this TinyLlmCatalog catalog, string outputColumnName, string? inputColumnName = null) =>
        Embed(catalog, new EmbedOptions { OutputColumnName = outputColumnName, InputColumnName = inputColumnName ?? outputColumnName });

    /// <inheritdoc cref="Embed(TinyLlmCatalog, string, string?)"/>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static TextEmbeddingEstimator Embed(this TinyLlmCatalog catalog, EmbedOptions options) =>
        new(Environment(catalog), options);

    /// <summary>
    /// Measures, for each row, the mean negative log-likelihood of the row's text in nats per token: what is unusual stands out.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of the numbers.</param>
    /// <param name="inputColumnName">The text column that the model reads; the output's name where it is left out.</param>
    public static TextPerplexityEstimator Perplexity(
        this TinyLlmCatalog catalog, string outputColumnName, string? inputColumnName = null) =>
        Perplexity(catalog, new PerplexityOptions { OutputColumnName = outputColumnName, InputColumnName = inputColumnName ?? outputColumnName });

    /// <inheritdoc cref="Perplexity(TinyLlmCatalog, string, string?)"/>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static TextPerplexityEstimator Perplexity(this TinyLlmCatalog catalog, PerplexityOptions options) =>
        new(Environment(catalog), options);

    private static MLContext Environment(TinyLlmCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.Context;
    }
}
