namespace TinyLlm.Trainers.Reports;

/// <summary>The accuracies of forms and baselines as bars, each with its interval.</summary>
internal static class AccuracyBars
{
    /// <summary>Where the bars begin.</summary>
    public const int Left = 150;

    /// <summary>The width of a bar that is always right.</summary>
    public const int Length = 214;

    private const int Row = 27;
    private const int Thickness = 15;

    public static string Draw(IReadOnlyList<(ClassificationEvaluation Evaluation, string Style)> bars)
    {
        var bottom = (bars.Count * Row) + 6;
        var svg = new Svg(bottom + 20, "accuracy of every form and baseline");
        foreach (var percent in new[] { 0, 25, 50, 75, 100 })
        {
            svg.Line("grid", X(percent / 100.0), 2, X(percent / 100.0), bottom);
            svg.Text(X(percent / 100.0), bottom + 15, percent == 100 ? "100 %" : $"{percent}", "middle");
        }

        foreach (var (i, (evaluation, style)) in bars.Index())
        {
            var (accuracy, middle) = (evaluation.Accuracy, (i * Row) + 17);
            svg.Text(Left - 8, middle + 4, Svg.Shorten(evaluation.Name, Left - 8), "end", "name", evaluation.Name);
            svg.Rect(
                style, Left, middle - (Thickness / 2.0), Length * accuracy.Value, Thickness, $"{evaluation.Name}: {accuracy}");
            svg.Interval(X(accuracy.Lower), middle, X(accuracy.Upper), middle);
            svg.Text(Svg.Width, middle + 4, Html.Percent(accuracy.Value), "end", "name");
        }

        return svg.ToString();

        static double X(double share) => Left + (share * Length);
    }
}
