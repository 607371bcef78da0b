using System.Collections.Immutable;

namespace TinyLlm.Transforms;

/// <summary>How a model chooses among labels.</summary>
public sealed record ClassifyOptions : BatchedScoringOptions
{
    /// <summary>
    /// Gets the labels, which the model would write behind the text. Default: the key values of <see cref="LabelColumnName"/>.
    /// </summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>
    /// Gets the column of the true labels, which scored rows need not have. Where it is a key column, the scores come in the order of its
    /// values, since ML.NET's evaluators read them so, and <see cref="Labels"/> must hold them all. <see langword="null"/> takes
    /// the scores in the order of <see cref="Labels"/>. Default <c>Label</c>.
    /// </summary>
    public string? LabelColumnName { get; init; } = "Label";

    /// <summary>Gets the key column of the chosen labels. Default <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Gets the vector column of the labels' probabilities. Default <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>
    /// Gets the temperature by which log-likelihoods are divided before they are compared, fitted on held-out data; positive. Default: the
    /// model's own, which its file holds where one was fitted, and 1 otherwise.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>
    /// Gets the probability below which no label is given: the predicted label is then the missing key and the scores are NaN, so that
    /// evaluators leave the row out. From 0 to 1; default: a label is always given.
    /// </summary>
    public double? AbstainBelow { get; init; }

    /// <summary>Gets whether texts are put into the prompt template that the model's file holds, if it holds one. Default true.</summary>
    public bool UsePromptTemplate { get; init; } = true;

    private protected override void AddProblems(List<string> problems)
    {
        base.AddProblems(problems);
        RequireLabels(problems, Labels);
        Require(problems, LabelColumnName is not "", $"{nameof(LabelColumnName)} is empty; null is expected where there is none");
        Require(
            problems, Labels.IsDefault || Labels.Length > 0 || LabelColumnName is not null,
            $"{nameof(Labels)} is empty and {nameof(LabelColumnName)} is null; one of them says what the labels are");
        Require(problems, !string.IsNullOrEmpty(PredictedLabelColumnName), $"{nameof(PredictedLabelColumnName)} is empty");
        Require(problems, !string.IsNullOrEmpty(ScoreColumnName), $"{nameof(ScoreColumnName)} is empty");
        Require(
            problems, PredictedLabelColumnName != ScoreColumnName,
            $"{nameof(PredictedLabelColumnName)} and {nameof(ScoreColumnName)} are the same");
        Nested(problems, ToEngine().Validate);
    }

    internal Gguf.ClassificationOptions ToEngine() => new() { Temperature = Temperature, AbstainBelow = AbstainBelow };
}
