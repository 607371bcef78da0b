using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>
/// How a text column becomes tokens: by a given vocabulary, by one that is learned, or by that of the model that the schema carries.
/// </summary>
public sealed record TokenizeOptions
{
    /// <summary>Gets the text column. Default <c>Text</c>.</summary>
    public string InputColumnName { get; init; } = "Text";

    /// <summary>Gets the column of the tokens, vectors of any length. Default <c>Tokens</c>.</summary>
    public string OutputColumnName { get; init; } = "Tokens";

    /// <summary>Gets the vocabulary. Default: learned, or the model's.</summary>
    public ModelVocabulary? Vocabulary { get; init; }

    /// <summary>Gets how a vocabulary is learned from the rows that the estimator is fitted on. Default: none is.</summary>
    public BytePairTrainerOptions? Training { get; init; }

    /// <summary>
    /// Gets the column that carries the model whose vocabulary is taken where neither of both is set. Default <c>LanguageModel</c>.
    /// </summary>
    public string ModelColumnName { get; init; } = LanguageModelColumn.DefaultName;

    /// <summary>Gets whether a vocabulary comes from the model of the schema.</summary>
    internal bool TakesModel => Vocabulary is null && Training is null;

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(TokenizeOptions),
        (!string.IsNullOrEmpty(InputColumnName), $"{nameof(InputColumnName)} is empty"),
        (!string.IsNullOrEmpty(OutputColumnName), $"{nameof(OutputColumnName)} is empty"),
        (!string.IsNullOrEmpty(ModelColumnName), $"{nameof(ModelColumnName)} is empty"),
        (Vocabulary is null || Training is null, $"both of {nameof(Vocabulary)} and {nameof(Training)} are set; one is expected"),
        OptionChecks.Nested(Vocabulary is null ? null : Vocabulary.Validate),
        OptionChecks.Nested(Training is null ? null : Training.Validate));
}
