using System.Collections.Immutable;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

/// <summary>What a model is worth: its forms beside each other and beside the baselines, on one page.</summary>
[TypeFormatterSource(typeof(NotebookFormatterSource))]
public sealed partial record EvaluationReport
{
    /// <summary>Gets the page's title.</summary>
    public required string Title { get; init; }

    /// <summary>
    /// Gets the forms of the model, the one that all others are compared with first; at least one, all evaluated on the same rows.
    /// </summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public required ImmutableArray<ModelVariant> Variants
    {
        get;
        init => field = !value.IsDefaultOrEmpty
            ? value
            : throw new ArgumentException($"{nameof(Variants)} is empty; a report is over at least one form of the model.", nameof(value));
    }

    /// <summary>
    /// Gets the name of the form whose file is used; what the report says first, the classes, the matrix and the mistakes are of it.
    /// Default: the first form.
    /// </summary>
    public string? Exported { get; init; }

    /// <summary>Gets what was evaluated, in the plural. Default <c>rows</c>.</summary>
    public string Unit { get; init; } = "rows";

    /// <summary>Gets the baselines on the same rows. Default none.</summary>
    public ImmutableArray<ClassificationEvaluation> Baselines { get; init; } = [];

    /// <summary>Gets remarks, a paragraph each, such as how the rows were split. Default none.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>Gets the runs that made the model, by name, in their order. Default none.</summary>
    public ImmutableArray<(string Name, TrainingHistory History)> Trainings { get; init; } = [];

    /// <summary>Gets how many rows of each class were learned from. Default: not told.</summary>
    public ImmutableArray<(string Label, int Count)> TrainingCounts { get; init; } = [];

    /// <summary>
    /// Gets the evaluated rows as numbers, of which the page draws some of each class and the most confident mistakes. Default none.
    /// </summary>
    public EvaluatedWindows? Windows { get; init; }

    /// <summary>Gets what else belongs to the result, such as settings, versions and times. Default none.</summary>
    public ImmutableArray<ReportSection> Sections { get; init; } = [];

    /// <summary>
    /// Gets what was found: first of all whether a baseline is better, then what each further form changes. One is called better only
    /// where the interval of the difference excludes 0 (<see cref="EvaluationChange.Interval"/>).
    /// </summary>
    /// <exception cref="ArgumentException">The forms and the baselines were not evaluated on the same rows.</exception>
    public string Verdict => string.Join(' ', Variants.Skip(1).Select(Change).Prepend(AgainstBaselines()));

    private ModelVariant Headline => Exported is null ? Variants[0] : Variants.FirstOrDefault(variant => variant.Name == Exported)
        ?? throw new ArgumentException(
            $"{nameof(Exported)} is '{Exported}'; the forms are {string.Join(", ", Variants.Select(variant => variant.Name))}.");

    private bool IsBeaten => BestBaseline is { } best && Headline.Evaluation.ChangeFrom(best).Interval.Upper < 0;

    private ClassificationEvaluation? BestBaseline => Baselines.MaxBy(baseline => baseline.Accuracy.Value);

    /// <summary>Returns the report as a fragment, which notebooks show.</summary>
    public string ToHtml() => Html.Fragment(Body());

    /// <summary>Writes the report as one page that needs no other file; the file appears when it is complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => Html.Save(path, Title, Body());

    private string AgainstBaselines()
    {
        var model = Headline;
        var found = $"{model.Name} is right on {Described(model.Evaluation)} of the test {Unit}";
        if (BestBaseline is not { } best)
            return $"{found}; there is no baseline to compare with.";
        var change = model.Evaluation.ChangeFrom(best);
        var difference = $"{Points(change)}{Chance(change)}";
        return change.Interval switch
        {
            { Upper: < 0 } => $"A baseline is better: {best.Name} is right on {Described(best)}, and {found}, {difference}.",
            { Lower: > 0 } => $"{found}, and is better than the best baseline, {best.Name}, on {Described(best)}, {difference}.",
            _ => $"{found}; the best baseline, {best.Name}, on {Described(best)}: neither is shown to be better, {difference}.",
        };
    }

    private string Change(ModelVariant variant)
    {
        var change = variant.Evaluation.ChangeFrom(Variants[0].Evaluation);
        var verdict = change.Interval switch { { Upper: < 0 } => "is worse: it ", { Lower: > 0 } => "is better: it ", _ => "" };
        var ratio = variant.Perplexity / Variants[0].Perplexity;
        var perplexity = ratio is null ? "" : $" and perplexity by {Signed(100 * (ratio.Value - 1), "0.00")} %";
        return $"{variant.Name} {verdict}changes accuracy by {Points(change)} ({change.Gained} {Unit} won, {change.Lost} lost"
            + $"{Chance(change)}){perplexity}.";
    }

    private static string Signed(double value, string format) => Html.Number(value, $"+{format};−{format};{format}");

    private static string Points(EvaluationChange change) => $"{Signed(change.Points, "0.0")} points {change.Interval}";

    // McNemar's test takes rows for independent, which those of groups are not.
    private static string Chance(EvaluationChange change) =>
        change.GroupInterval is null ? $", McNemar's p = {Html.Number(change.McNemarP, "G2")}" : "";

    private static string Described(ClassificationEvaluation evaluation) => evaluation.GroupCount is { } groups
        ? $"{Accuracy(evaluation)} (n = {evaluation.Accuracy.Count} in {groups} groups)"
        : evaluation.Accuracy.ToString();

    private static string Accuracy(ClassificationEvaluation evaluation) =>
        $"{Html.Percent(evaluation.Accuracy.Value)} {evaluation.AccuracyInterval}";
}
