namespace TinyLlm.Trainers.Reports;

/// <summary>What a form's file weighs against how often it is right.</summary>
internal static class SizeChart
{
    private const int Height = 230;
    private const int Left = 56;
    private const int Right = 34;
    private const int Top = 14;
    private const int Bottom = 36;

    public static string Draw(IReadOnlyList<ModelVariant> variants, ModelVariant headline)
    {
        var accuracies = variants.Select(variant => variant.Evaluation.Accuracy).ToArray();
        var (least, most) = (accuracies.Min(a => a.Lower), accuracies.Max(a => a.Upper));
        var largest = variants.Max(variant => variant.FileBytes) / 1e6;
        var svg = new Svg(Height, "accuracy by size of the file");
        foreach (var tick in LineChart.TicksWithin(least, most))
        {
            svg.Line("grid", Left, Y(tick), Svg.Width - Right, Y(tick));
            svg.Text(Left - 7, Y(tick) + 4, $"{Html.Number(100 * tick, "0.##")} %", "end");
        }

        foreach (var tick in LineChart.TicksWithin(0, largest))
            svg.Text(X(tick), Height - Bottom + 17, Html.Number(tick, "G4"), "middle");
        svg.Text((Left + Svg.Width - Right) / 2.0, Height - 4, "size of the file, MB", "middle");
        foreach (var variant in variants)
        {
            var (x, accuracy) = (X(variant.FileBytes / 1e6), variant.Evaluation.Accuracy);
            svg.Interval(x, Y(accuracy.Lower), x, Y(accuracy.Upper));
            svg.Circle(
                variant == headline ? "dot exported" : "dot form", x, Y(accuracy.Value), 5,
                $"{variant.Name}: {Html.Bytes(variant.FileBytes)}, {accuracy}");
            svg.Text(x + 9, Y(accuracy.Value) + 4, variant.Name, "start", "name");
        }

        return svg.ToString();

        double X(double megabytes) => Left + (megabytes / largest * (Svg.Width - Left - Right - 20));
        double Y(double share) => Height - Bottom - ((share - least) / Math.Max(most - least, 1e-9) * (Height - Top - Bottom));
    }
}
