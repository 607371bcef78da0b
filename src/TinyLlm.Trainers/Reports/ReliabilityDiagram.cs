namespace TinyLlm.Trainers.Reports;

/// <summary>How often answers of each probability are right: on the diagonal where the probabilities are to be believed.</summary>
internal static class ReliabilityDiagram
{
    /// <summary>The side of the square.</summary>
    public const int Side = 240;

    /// <summary>Where the square begins.</summary>
    public const int Left = 46;

    /// <summary>Where the square begins, from above.</summary>
    public const int Top = 8;

    public static string Draw(IReadOnlyCollection<ReliabilityBin> bins, string unit)
    {
        var all = bins.Sum(bin => bin.Right.Count);
        var svg = new Svg(Top + Side + 40, "how often answers of each probability are right");
        foreach (var tick in new[] { 0, 0.25, 0.5, 0.75, 1 })
        {
            svg.Line("grid", Left, Y(tick), Left + Side, Y(tick));
            svg.Text(Left - 7, Y(tick) + 4, Html.Number(tick, "0.##"), "end");
            svg.Text(X(tick), Top + Side + 17, Html.Number(tick, "0.##"), "middle");
        }

        svg.Line("diagonal", X(0), Y(0), X(1), Y(1));
        svg.Text(Left + (Side / 2.0), Top + Side + 35, "probability of the answer", "middle");
        svg.Text(Left + Side + 14, Y(1) + 12, "up: share right");
        svg.Text(Left + Side + 14, Y(1) + 30, $"size: {unit}");
        foreach (var bin in bins)
        {
            var x = X(bin.MeanProbability);
            svg.Interval(x, Y(bin.Right.Lower), x, Y(bin.Right.Upper));
            svg.Circle(
                "dot exported", x, Y(bin.Right.Value), 3 + (7 * Math.Sqrt((double)bin.Right.Count / all)),
                $"probability {Html.Number(bin.Lower, "F1")} to {Html.Number(bin.Upper, "F1")}, "
                + $"mean {Html.Number(bin.MeanProbability, "F3")}: right on {bin.Right}");
        }

        return svg.ToString();

        static double X(double probability) => Left + (probability * Side);
        static double Y(double share) => Top + Side - (share * Side);
    }
}
