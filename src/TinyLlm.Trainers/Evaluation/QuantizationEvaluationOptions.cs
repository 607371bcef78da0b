using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>How the quantized forms of a model are evaluated beside the model itself.</summary>
public sealed record QuantizationEvaluationOptions : BatchedScoringOptions
{
    /// <summary>
    /// Gets the forms, each once, the one that the others are compared with first. The type that the model's matrices have is the model
    /// as it is. Default: <see cref="GgufFileType.F32"/>, <see cref="GgufFileType.Q8_0"/>, <see cref="GgufFileType.Q4_0"/>.
    /// </summary>
    public ImmutableArray<GgufFileType> Types { get; init; } = [GgufFileType.F32, GgufFileType.Q8_0, GgufFileType.Q4_0];

    /// <summary>
    /// Gets the labels among which the model chooses, at least 2. Default: the key values of <see cref="LabelColumnName"/>,
    /// or where that is no key, those of <see cref="PredictedLabelColumnName"/>.
    /// </summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Gets the column of the right answers: texts, or keys whose values are the answers. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// Gets the column of what rows belong to, such as their session, where rows of one are no independent evidence: intervals then draw
    /// whole groups again (<see cref="ClassificationEvaluation.AccuracyInterval"/>). Default: rows are independent.
    /// </summary>
    public string? GroupColumnName { get; init; }

    /// <summary>
    /// Gets the key column that a stage which classifies has added; its values may name the labels, its rows are not read.
    /// Default <c>PredictedLabel</c>.
    /// </summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Gets whether texts are put into the prompt template that the model's file holds, if it holds one. Default true.</summary>
    public bool UsePromptTemplate { get; init; } = true;

    /// <summary>
    /// Gets the most rows, evenly spread over all, whose texts perplexity and divergence are measured on; at least 1, null for all.
    /// Default 256.
    /// </summary>
    public int? PerplexityRows { get; init; } = 256;

    /// <summary>
    /// Gets texts, such as those of training rows, that tell which columns of the matrices matter; <c>IQ1_*</c>, <c>IQ2_*</c>,
    /// <c>IQ3_XXS</c>, <c>IQ3_XS</c> and <c>Q2_K_S</c> need them.
    /// The rows that are evaluated are not for this: the result would be too good. Default none.
    /// </summary>
    public ImmutableArray<string> ImportanceTexts { get; init; } = [];

    /// <summary>Gets where each form is kept, as <c>Q8_0.gguf</c> and so on; null for nowhere. Default null.</summary>
    public string? Folder { get; init; }

    /// <summary>Gets who is told of each form when it is measured. Default nobody.</summary>
    public IProgress<ModelVariant>? Progress { get; init; }

    /// <summary>Gets where the evaluation can be cancelled. Default: it cannot.</summary>
    public CancellationToken CancellationToken { get; init; }

    private protected override void AddProblems(List<string> problems)
    {
        base.AddProblems(problems);
        Require(problems, !Types.IsDefaultOrEmpty, $"{nameof(Types)} is empty; at least one form is expected");
        Require(problems, Types.IsDefault || Types.All(Enum.IsDefined), $"{nameof(Types)} has an unknown type");
        Require(problems, Types.IsDefault || Types.Distinct().Count() == Types.Length, $"{nameof(Types)} has a type twice");
        RequireLabels(problems, Labels);
        Require(problems, !string.IsNullOrEmpty(LabelColumnName), $"{nameof(LabelColumnName)} is empty");
        Require(problems, PerplexityRows is null or >= 1, $"{nameof(PerplexityRows)} is {PerplexityRows}; at least 1 is expected, or null");
        Require(problems, !ImportanceTexts.IsDefault, $"{nameof(ImportanceTexts)} is not initialized");
        if (!Types.IsDefault && ImportanceTexts is { IsDefault: false, IsEmpty: true })
        {
            foreach (var type in Types.Where(type => type.NeedsImportance()))
                problems.Add($"{type} needs {nameof(ImportanceTexts)}");
        }
    }
}
