namespace TinyLlm.Trainers.Reports;

/// <summary>What a form's file weighs against how often it is right.</summary>
internal static class SizeChart
{
    private const int Height = 230;
    private const int Left = 56;
    private const int Right = 6;
    private const int Margin = 36; // half a name on either side
    private const int Names = 22;
    private const int Top = 14;
    private const int Bottom = 36;

    public static string Draw(IReadOnlyList<ModelVariant> variants, ModelVariant headline)
    {
        var accuracies = variants.Select(variant => variant.Evaluation.Accuracy).ToArray();
        var (least, most) = (accuracies.Min(a => a.Lower), accuracies.Max(a => a.Upper));
        var (smallest, largest) = (variants.Min(Size), variants.Max(Size));
        var svg = new Svg(Height, "accuracy by size of the file");
        foreach (var tick in LineChart.TicksWithin(least, most))
        {
            svg.Line("grid", Left, Y(tick), Svg.Width - Right, Y(tick));
            svg.Text(Left - 7, Y(tick) + 4, $"{Html.Number(100 * tick, "0.##")} %", "end");
        }

        svg.Text((Left + Svg.Width - Right) / 2.0, Height - 4, "size of the file, on a logarithmic axis", "middle");
        foreach (var variant in variants)
        {
            var (x, accuracy) = (X(variant), variant.Evaluation.Accuracy);
            svg.Interval(x, Y(accuracy.Lower), x, Y(accuracy.Upper));
            svg.Circle(
                variant == headline ? "dot exported" : "dot form", x, Y(accuracy.Value), 5,
                $"{variant.Name}: {Html.Bytes(variant.FileBytes)}, {accuracy}");
            svg.Text(x, Top + 12, variant.Name, "middle", "name");
            svg.Text(x, Height - Bottom + 17, Html.Bytes(variant.FileBytes), "middle");
        }

        return svg.ToString();

        static double Size(ModelVariant variant) => Math.Log2(variant.FileBytes);
        double X(ModelVariant variant) => Left + Margin
            + ((Size(variant) - smallest) / Math.Max(largest - smallest, 1e-9) * (Svg.Width - Left - Right - (2 * Margin)));
        double Y(double share) =>
            Height - Bottom - ((share - least) / Math.Max(most - least, 1e-9) * (Height - Top - Names - Bottom));
    }
}
