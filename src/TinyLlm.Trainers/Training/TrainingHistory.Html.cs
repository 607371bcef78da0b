using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

public sealed partial class TrainingHistory
{
    /// <summary>Returns the curves of loss, learning rate and gradient norm as a fragment, which notebooks show.</summary>
    public string ToHtml() => Html.Fragment(Body());

    /// <summary>Writes the curves as one page that needs no other file; the file appears when it is complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveReport(string path, string title = "Training")
    {
        ArgumentException.ThrowIfNullOrEmpty(title);
        Html.Save(path, title, Body());
    }

    internal string Body()
    {
        if (Points.IsEmpty)
            return "<p class=\"verdict\">No step was taken.</p>";
        var last = Points[^1];
        var best = Best is { } point
            ? $"; the best validation loss is {Html.Number(point.ValidationLoss, "F4")} "
                + $"(perplexity {Html.Number(point.ValidationPerplexity, "F2")}) at step {point.Step}"
            : "";
        var speed = TokensPerSecond is { } tokens ? $"; {Html.Number(tokens, "N0")} tokens/s" : "";
        var found = $"{last.Step} steps{(StoppedEarly ? ", stopped early" : "")}: "
            + $"the last loss is {Html.Number(last.Loss, "F4")} nats per token{best}{speed}.";
        return $"<p>{Html.Escape(found)}</p><div class=\"pictures small\">"
            + Html.Figure(
                "Loss, nats per token",
                LineChart.Draw("step", "loss", ("training", Curve(p => p.Loss)), ("validation", Curve(p => p.ValidationLoss))))
            + Html.Figure("Learning rate", LineChart.Draw("step", "learning rate", ("learning rate", Curve(p => p.LearningRate))))
            + Html.Figure("Gradient norm", LineChart.Draw("step", "gradient norm", ("norm", Curve(p => p.GradientNorm))))
            + "</div>";
    }

    private (double X, double Y)[] Curve(Func<TrainingPoint, double?> value) =>
        [.. Points.Where(point => value(point) is not null).Select(point => ((double)point.Step, value(point)!.Value))];
}
