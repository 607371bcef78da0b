using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>How a model learns a language from text alone.</summary>
public sealed record PretrainOptions
{
    /// <summary>
    /// Gets the sizes of the model to begin with random weights; its vocabulary size is the most tokens to learn. Default: training goes on
    /// with the model that the schema carries.
    /// </summary>
    public ModelArchitecture? Architecture { get; init; }

    /// <summary>
    /// Gets the tokens. Its begin token, where there is one, opens every document, and from then on every prompt. Default: learned from the
    /// training texts, or those of the model that training goes on with.
    /// </summary>
    public ModelVocabulary? Vocabulary { get; init; }

    /// <summary>
    /// Gets texts that a learned vocabulary keeps whole. Those that <c>SensorText</c> reserves are added by themselves. Default none.
    /// </summary>
    public ImmutableArray<string> ReservedTokens { get; init; } = [];

    /// <summary>Gets the text column; each row is a document. Default <c>Text</c>.</summary>
    public string InputColumnName { get; init; } = "Text";

    /// <summary>
    /// Gets the column of labels that stand behind the documents, so that a model that is adapted to them later knows their
    /// tokens: texts, or keys. Default none.
    /// </summary>
    public string? LabelColumnName { get; init; }

    /// <summary>
    /// Gets how text and label make a document; it is kept in the model's file, and the stages behind obey it.
    /// Default: the label follows the text.
    /// </summary>
    public PromptTemplate? PromptTemplate { get; init; }

    /// <summary>Gets the column whose equal values stay on one side of the validation split. Default: equal texts do.</summary>
    public string? GroupColumnName { get; init; }

    /// <summary>Gets the share of documents that are held out to measure the loss on; from 0 to below 1. Default 0.05.</summary>
    public double ValidationFraction { get; init; } = 0.05;

    /// <summary>
    /// Gets token shards to learn from instead of a text column; they need a <see cref="Vocabulary"/> or a
    /// model to go on with. Default none.
    /// </summary>
    public ImmutableArray<string> ShardPaths { get; init; } = [];

    /// <summary>Gets token shards to measure the loss on. Default none.</summary>
    public ImmutableArray<string> ValidationShardPaths { get; init; } = [];

    /// <summary>Gets the column that carries the model. Default <c>LanguageModel</c>.</summary>
    public string ModelColumnName { get; init; } = LanguageModelColumn.DefaultName;

    /// <summary>Gets how the model is trained.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(PretrainOptions),
        (!string.IsNullOrEmpty(InputColumnName), $"{nameof(InputColumnName)} is empty"),
        (!string.IsNullOrEmpty(ModelColumnName), $"{nameof(ModelColumnName)} is empty"),
        (ValidationFraction is >= 0 and < 1,
            $"{nameof(ValidationFraction)} is {ValidationFraction}; a number from 0 to below 1 is expected"),
        (!ReservedTokens.IsDefault && !ShardPaths.IsDefault && !ValidationShardPaths.IsDefault, "a list is not initialized"),
        (ShardPaths.IsDefaultOrEmpty || Architecture is null || Vocabulary is not null,
            $"{nameof(ShardPaths)} are given without the {nameof(Vocabulary)} of their tokens"),
        (ValidationShardPaths.IsDefaultOrEmpty || !ShardPaths.IsDefaultOrEmpty,
            $"{nameof(ValidationShardPaths)} are given without {nameof(ShardPaths)}"),
        (PromptTemplate is null || LabelColumnName is not null, $"{nameof(PromptTemplate)} is set, and {nameof(LabelColumnName)} is not"),
        (Training is not null, $"{nameof(Training)} is missing"),
        OptionChecks.Nested(Training is null ? null : Training.Validate),
        OptionChecks.Nested(Architecture is null ? null : Architecture.Validate));
}
