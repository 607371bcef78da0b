using System.Collections.Immutable;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>How the temperature of a model's classifications is fitted.</summary>
public sealed record CalibrateOptions : BatchedScoringOptions
{
    /// <summary>Gets the column of the right answers: texts, or keys whose values are the answers. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// Gets the labels among which the model chooses, at least 2. Default: the key values of <see cref="LabelColumnName"/>, or where that
    /// is no key, the texts that stand in it.
    /// </summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>
    /// Gets the share of rows that <c>FineTune</c> holds out, which are the ones to fit on, above 0, at most 1; it must be the same there,
    /// as must <see cref="GroupColumnName"/> and <see cref="Seed"/>. Null takes all rows, none of which may have been learned. Default 0.1.
    /// </summary>
    public double? ValidationFraction { get; init; } = 0.1;

    /// <summary>Gets the column whose equal values stay on one side of the split. Default: equal texts do.</summary>
    public string? GroupColumnName { get; init; }

    /// <summary>Gets the seed of the split, which is <see cref="TrainingOptions.Seed"/>. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Gets whether texts are put into the prompt template that the model's file holds, if it holds one. Default true.</summary>
    public bool UsePromptTemplate { get; init; } = true;

    /// <summary>Gets where fitting can be cancelled. Default: it cannot.</summary>
    public CancellationToken CancellationToken { get; init; }

    private protected override void AddProblems(List<string> problems)
    {
        base.AddProblems(problems);
        RequireLabels(problems, Labels);
        Require(problems, !string.IsNullOrEmpty(LabelColumnName), $"{nameof(LabelColumnName)} is empty");
        Require(
            problems, ValidationFraction is null or (> 0 and <= 1),
            $"{nameof(ValidationFraction)} is {ValidationFraction}; a number above 0, at most 1, is expected, or null for all rows");
    }
}
