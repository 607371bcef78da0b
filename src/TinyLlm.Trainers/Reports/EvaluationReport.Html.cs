using System.Text;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

public sealed partial record EvaluationReport
{
    private const int WindowsOfClass = 3;
    private const int MostClassesDrawn = 12;
    private const int MostMistakes = 6;

    // What nobody measured has no column.
    private static readonly (string Header, Func<ModelVariant, string?> Value)[] Columns =
    [
        ("file", v => Html.Bytes(v.FileBytes)), ("accuracy", v => Accuracy(v.Evaluation)),
        ("macro F1", v => Html.Number(v.Evaluation.MacroF1, "F3")),
        ("balanced accuracy", v => Html.Percent(v.Evaluation.BalancedAccuracy)),
        ("calibration error", v => Html.Number(v.Evaluation.CalibrationError, "F3")), ("perplexity", v => Html.Number(v.Perplexity, "F3")),
        ("divergence, nats", v => Divergence(v.Divergence)),
        ("same top token", v => v.Divergence is { } divergence ? Html.Percent(divergence.SameTopShare) : null),
        ("ms each", v => v.RowsPerSecond is { } speed ? Html.Number(1000 / speed, "F1") : null),
        ("tokens/s", v => Html.Number(v.TokensPerSecond, "N0")), ("memory", v => Html.Bytes(v.BufferBytes)),
    ];

    private string Body()
    {
        var evaluation = Headline.Evaluation;
        Windows?.Check(evaluation.Accuracy.Count);
        var body = new StringBuilder($"<p class=\"verdict{(IsBeaten ? " beaten" : "")}\">{Html.Escape(Verdict)}</p>");
        foreach (var remark in Remarks)
            body.Append($"<p>{Html.Escape(remark)}</p>");
        body.Append("<div class=\"pictures\">")
            .Append(Html.Figure($"Accuracy on {evaluation.Accuracy.Count:N0} test {Unit}, with 95 % intervals", AccuracyBars.Draw(Bars())))
            .Append(Variants.Length > 1 ? Html.Figure("Size against accuracy", SizeChart.Draw(Variants, Headline)) : "")
            .Append(Html.Figure(
                $"Confusion matrix ({evaluation.Name}): what it is, against what it was said to be", evaluation.Matrix()));
        var bins = evaluation.Reliability().ToArray();
        if (bins.Length > 0)
            body.Append(Html.Figure(
                $"Reliability ({evaluation.Name}): calibration error {Html.Number(evaluation.CalibrationError, "F3")}",
                ReliabilityDiagram.Draw(bins, Unit)));
        body.Append("</div>");
        AddWindows(body, evaluation);
        AddTables(body, evaluation);
        foreach (var (name, history) in Trainings)
            body.Append($"{Html.Heading(name)}{history.Body()}");
        foreach (var section in Sections)
            body.Append(Html.Heading(section.Heading)).Append(Html.List(section.Rows));
        return body.ToString();
    }

    private (ClassificationEvaluation, string)[] Bars() =>
    [
        .. Variants.Select(variant => (variant.Evaluation, variant == Headline ? "exported" : "form")),
        .. Baselines.Select(baseline => (baseline, "baseline")),
    ];

    private void AddWindows(StringBuilder body, ClassificationEvaluation evaluation)
    {
        if (Windows is not { } windows)
            return;
        var drawing = new WindowDrawing(windows);
        var labels = evaluation.Classes.Index().Where(of => of.Item.Count > 0).Take(MostClassesDrawn).ToArray();
        var hidden = drawing.Hidden > 0 ? $", the first {windows.Channels.Length - drawing.Hidden} channels" : "";
        body.Append(Html.Heading($"The sensors: {Unit} of each class{hidden}")).Append("<div class=\"pictures\">");
        foreach (var (index, of) in labels)
            body.Append(Html.Figure(of.Label, drawing.Draw(of.Label, [.. evaluation.RowsOf(index, WindowsOfClass)], WindowsOfClass)));
        body.Append("</div>");
        var mistakes = evaluation.Mistakes().Take(MostMistakes).ToArray();
        if (mistakes.Length == 0)
            return;
        body.Append(Html.Heading("The most confident mistakes")).Append("<div class=\"pictures small\">");
        foreach (var mistake in mistakes)
        {
            var said = $"Number {mistake.Row + 1} is {evaluation.Labels[mistake.Actual]} and was said to be "
                + $"{evaluation.Labels[mistake.Predicted]}, p = {Html.Number(mistake.Probability, "F3")}";
            body.Append(Html.Figure(said, drawing.Draw(said, [mistake.Row], slots: 1)));
        }

        body.Append("</div>");
    }

    private void AddTables(StringBuilder body, ClassificationEvaluation evaluation)
    {
        body.Append(Html.Heading("Forms of the model"));
        var columns = Columns.Where(column => Variants.Any(variant => column.Value(variant) is not null)).ToArray();
        var exported = Exported is null ? "" : $"; {Exported} is the file that was exported";
        body.Append(Html.Table(
            $"on {evaluation.Accuracy.Count:N0} test {Unit}, with 95 % intervals{exported}",
            ["form", .. columns.Select(column => column.Header)],
            Variants.Select(variant => (IReadOnlyList<string>)[variant.Name, .. columns.Select(column => column.Value(variant) ?? "–")])));
        if (!Baselines.IsEmpty)
        {
            body.Append(Html.Heading($"Baselines on the same {Unit}"));
            body.Append(Html.Table(
                $"fitted on the training {Unit}", ["baseline", "accuracy", "macro F1", "balanced accuracy"],
                Baselines.Select(b => (IReadOnlyList<string>)
                    [b.Name, Accuracy(b), Html.Number(b.MacroF1, "F3"), Html.Percent(b.BalancedAccuracy)])));
        }

        body.Append(evaluation.ClassTable(Unit, TrainingCounts));
    }

    private static string? Divergence(DivergenceResult? divergence) =>
        divergence is null ? null : $"{Html.Number(divergence.Mean, "G2")} ± {Html.Number(divergence.StandardError, "G1")}";
}
