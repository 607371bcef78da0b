using System.Globalization;
using System.Text;

namespace TinyLlm.Trainers.Reports;

/// <summary>Curves over a common axis, drawn as SVG.</summary>
internal static class LineChart
{
    private const int Width = 860;
    private const int Height = 280;
    private const int Left = 64;
    private const int Right = 12;
    private const int Top = 12;
    private const int Bottom = 40;
    private const int MostPoints = 800; // about one for each pixel

    private static readonly string[] Colors = ["var(--a)", "var(--b)", "var(--c)", "var(--d)"];

    /// <summary>Returns a chart; series without points are left out, and nothing is drawn where none is left.</summary>
    public static string Draw(
        string xTitle, string yTitle, params IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> series)
    {
        var drawn = series.Select(s => (s.Name, Points: s.Points.Where(p => double.IsFinite(p.Y)).ToArray()))
            .Where(s => s.Points.Length > 0).ToArray();
        if (drawn.Length == 0)
            return "";
        var all = drawn.SelectMany(s => s.Points).ToArray();
        var (xTicks, yTicks) = (Ticks(all.Min(p => p.X), all.Max(p => p.X)), Ticks(all.Min(p => p.Y), all.Max(p => p.Y)));
        var title = $"{Html.Escape(yTitle)} by {Html.Escape(xTitle)}";
        var svg = new StringBuilder(Invariant(
            $"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" role=\"img\" aria-label=\"{title}\">"));
        foreach (var tick in yTicks)
        {
            svg.Append(Invariant($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):F1}\" y2=\"{Y(tick):F1}\"/>"));
            svg.Append(Invariant($"<text x=\"{Left - 8}\" y=\"{Y(tick) + 4:F1}\" text-anchor=\"end\">{tick:G6}</text>"));
        }

        foreach (var tick in xTicks)
            svg.Append(Invariant($"<text x=\"{X(tick):F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{tick:G6}</text>"));
        svg.Append(
            Invariant($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">{Html.Escape(xTitle)}</text>"));
        for (var i = 0; i < drawn.Length; i++)
        {
            var points = Thin(drawn[i].Points).Select(p => Invariant($"{X(p.X):F1},{Y(p.Y):F1}"));
            svg.Append($"<polyline stroke=\"{Colors[i % Colors.Length]}\" points=\"{string.Join(' ', points)}\"/>");
        }

        var legend = drawn.Select((s, i) => $"<span><i style=\"background:{Colors[i % Colors.Length]}\"></i>{Html.Escape(s.Name)}</span>");
        return $"<div class=\"legend\">{string.Concat(legend)}</div>{svg}</svg>";

        double X(double x) => Left + ((x - xTicks[0]) / (xTicks[^1] - xTicks[0]) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - ((y - yTicks[0]) / (yTicks[^1] - yTicks[0]) * (Height - Top - Bottom));
    }

    /// <summary>Returns round numbers that enclose a range: steps of 1, 2 or 5 times a power of ten.</summary>
    internal static double[] Ticks(double least, double most)
    {
        if (most <= least)
            (least, most) = (least - Math.Max(1e-9, Math.Abs(least) * 0.5), most + Math.Max(1e-9, Math.Abs(most) * 0.5));
        var rough = (most - least) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var (first, last) = ((long)Math.Floor(least / step), (long)Math.Ceiling(most / step));
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    // Means of equally many neighbours, so that the curve keeps its course.
    private static IEnumerable<(double X, double Y)> Thin((double X, double Y)[] points) => points.Length <= MostPoints
        ? points
        : points.Chunk((points.Length + MostPoints - 1) / MostPoints).Select(chunk => (chunk.Average(p => p.X), chunk.Average(p => p.Y)));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
