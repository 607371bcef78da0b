using System.Collections.Immutable;
using System.Text;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

/// <summary>What a model is worth: its forms beside each other and beside the baselines, on one page.</summary>
[TypeFormatterSource(typeof(NotebookFormatterSource))]
public sealed record EvaluationReport
{
    // What nobody measured has no column.
    private static readonly (string Header, Func<ModelVariant, string?> Value)[] Columns =
    [
        ("file", v => Html.Bytes(v.FileBytes)), ("accuracy", v => Accuracy(v.Evaluation)),
        ("macro F1", v => Html.Number(v.Evaluation.MacroF1, "F3")),
        ("calibration error", v => Html.Number(v.Evaluation.CalibrationError, "F3")), ("perplexity", v => Html.Number(v.Perplexity, "F3")),
        ("divergence, nats", v => Divergence(v.Divergence)),
        ("same top token", v => v.Divergence is { } divergence ? Html.Percent(divergence.SameTopShare) : null),
        ("rows/s", v => Html.Number(v.RowsPerSecond, "N0")), ("tokens/s", v => Html.Number(v.TokensPerSecond, "N0")),
        ("memory", v => Html.Bytes(v.BufferBytes)),
    ];

    /// <summary>Gets the page's title.</summary>
    public required string Title { get; init; }

    /// <summary>
    /// Gets the forms of the model, the one that all others are compared with first; at least one, all evaluated on the same rows.
    /// </summary>
    public required ImmutableArray<ModelVariant> Variants { get; init; }

    /// <summary>Gets the baselines on the same rows. Default none.</summary>
    public ImmutableArray<ClassificationEvaluation> Baselines { get; init; } = [];

    /// <summary>Gets remarks, a paragraph each, such as how the rows were split. Default none.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>Gets the runs that made the model, by name, in their order. Default none.</summary>
    public ImmutableArray<(string Name, TrainingHistory History)> Trainings { get; init; } = [];

    /// <summary>
    /// Gets what was found: first of all whether a baseline is better, then what each further form changes. One is called better only
    /// where the interval of the difference excludes 0 (<see cref="EvaluationChange.Interval"/>).
    /// </summary>
    /// <exception cref="ArgumentException">The forms and the baselines were not evaluated on the same rows.</exception>
    public string Verdict => string.Join(' ', Variants.Skip(1).Select(Change).Prepend(AgainstBaselines()));

    private bool IsBeaten => BestBaseline is { } best && Variants[0].Evaluation.ChangeFrom(best).Interval.Upper < 0;

    private ClassificationEvaluation? BestBaseline => Baselines.MaxBy(baseline => baseline.Accuracy.Value);

    /// <summary>Returns the report as a fragment, which notebooks show.</summary>
    public string ToHtml() => Html.Fragment(Body());

    /// <summary>Writes the report as one page that needs no other file; the file appears when it is complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => Html.Save(path, Title, Body());

    private string AgainstBaselines()
    {
        var model = Variants[0];
        var found = $"{model.Name} is right on {Described(model.Evaluation)} of the test rows";
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
        return $"{variant.Name} {verdict}changes accuracy by {Points(change)} ({change.Gained} rows won, {change.Lost} lost"
            + $"{Chance(change)}){perplexity}.";
    }

    private string Body()
    {
        var body = new StringBuilder($"<p class=\"verdict{(IsBeaten ? " beaten" : "")}\">{Html.Escape(Verdict)}</p>");
        foreach (var remark in Remarks)
            body.Append($"<p>{Html.Escape(remark)}</p>");
        body.Append(Html.Heading("Forms of the model"));
        var columns = Columns.Where(column => Variants.Any(variant => column.Value(variant) is not null)).ToArray();
        body.Append(Html.Table(
            $"on {Variants[0].Evaluation.Accuracy.Count} test rows, with 95 % intervals",
            ["form", .. columns.Select(column => column.Header)],
            Variants.Select(variant => (IReadOnlyList<string>)[variant.Name, .. columns.Select(column => column.Value(variant) ?? "–")])));
        if (!Baselines.IsEmpty)
        {
            body.Append(Html.Heading("Baselines on the same rows"));
            body.Append(Html.Table(
                "fitted on the training rows", ["baseline", "accuracy", "macro F1"],
                Baselines.Select(b => (IReadOnlyList<string>)[b.Name, Accuracy(b), Html.Number(b.MacroF1, "F3")])));
        }

        body.Append(Variants[0].Evaluation.Body());
        foreach (var (name, history) in Trainings)
            body.Append($"{Html.Heading(name)}{history.Body(level: 3)}");
        return body.ToString();
    }

    private static string Signed(double value, string format) => Html.Number(value, $"+{format};−{format};{format}");

    private static string Points(EvaluationChange change) => $"{Signed(change.Points, "0.0")} points {change.Interval}";

    // McNemar's test takes rows for independent, which those of groups are not.
    private static string Chance(EvaluationChange change) =>
        change.GroupInterval is null ? $", McNemar's p = {Html.Number(change.McNemarP, "G2")}" : "";

    private static string Described(ClassificationEvaluation evaluation) => evaluation.GroupCount is { } groups
        ? $"{Accuracy(evaluation)} (n = {evaluation.Accuracy.Count} in {groups} groups)"
        : evaluation.Accuracy.ToString();

    private static string? Divergence(DivergenceResult? divergence) =>
        divergence is null ? null : $"{Html.Number(divergence.Mean, "G2")} ± {Html.Number(divergence.StandardError, "G1")}";

    private static string Accuracy(ClassificationEvaluation evaluation) =>
        $"{Html.Percent(evaluation.Accuracy.Value)} {evaluation.AccuracyInterval}";
}
