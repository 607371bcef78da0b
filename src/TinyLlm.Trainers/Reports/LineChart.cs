using System.Globalization;

namespace TinyLlm.Trainers.Reports;

/// <summary>
/// Curves over a common axis, drawn as SVG: many points as their moving mean, with what was measured behind it; few as what they are.
/// The axes end where the data end.
/// </summary>
internal static class LineChart
{
    private const int Height = 230;
    private const int Left = 56;
    private const int Right = 16;
    private const int Top = 12;
    private const int Bottom = 36;
    private const int MostPoints = 400; // about one for each unit
    private const int Many = 40; // points, from which a mean says more than each of them
    private const int Neighbours = 25; // as this part of all points

    /// <summary>Returns a chart; series without points are left out, and nothing is drawn where none is left.</summary>
    public static string Draw(
        string xTitle, string yTitle, params IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> series)
    {
        var drawn = series.Select(s => (s.Name, Points: s.Points.Where(p => double.IsFinite(p.Y)).ToArray()))
            .Where(s => s.Points.Length > 0).ToArray();
        if (drawn.Length == 0)
            return "";
        var all = drawn.SelectMany(s => s.Points).ToArray();
        var (left, right) = Widen(all.Min(p => p.X), all.Max(p => p.X));
        var (least, most) = Widen(all.Min(p => p.Y), all.Max(p => p.Y));
        var svg = new Svg(Height, $"{yTitle} by {xTitle}");
        foreach (var tick in TicksWithin(least, most))
        {
            svg.Line("grid", Left, Y(tick), Svg.Width - Right, Y(tick));
            svg.Text(Left - 7, Y(tick) + 4, tick.ToString("G4", CultureInfo.InvariantCulture), "end");
        }

        foreach (var tick in TicksWithin(left, right))
            svg.Text(X(tick), Height - Bottom + 17, tick.ToString("G6", CultureInfo.InvariantCulture), "middle");
        svg.Text((Left + Svg.Width - Right) / 2.0, Height - 4, xTitle, "middle");
        foreach (var (i, (name, points)) in drawn.Index())
        {
            var color = "abcd"[i % 4];
            if (points.Length >= Many)
            {
                svg.Path($"raw line-{color}", Thin(points).Select(Place));
                svg.Path($"curve line-{color}", Thin(Smooth(points)).Select(Place));
                continue;
            }

            svg.Path($"curve line-{color}", points.Select(Place));
            foreach (var point in points)
                svg.Circle($"fill-{color}", X(point.X), Y(point.Y), 2.5, Tip(name, point));
        }

        var legend = drawn.Select((s, i) => $"<span><i class=\"back-{"abcd"[i % 4]}\"></i>{Html.Escape(s.Name)}</span>");
        return $"<div class=\"legend\">{string.Concat(legend)}</div>{svg}";

        (double, double) Place((double X, double Y) point) => (X(point.X), Y(point.Y));
        double X(double x) => Left + ((x - left) / (right - left) * (Svg.Width - Left - Right));
        double Y(double y) => Height - Bottom - ((y - least) / (most - least) * (Height - Top - Bottom));
    }

    /// <summary>Returns round numbers within a range: steps of 1, 2 or 5 times a power of ten.</summary>
    internal static double[] TicksWithin(double least, double most)
    {
        if (most <= least)
            return [least];
        var rough = (most - least) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var (first, last) = ((long)Math.Ceiling((least / step) - 1e-9), (long)Math.Floor((most / step) + 1e-9));
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    /// <summary>Returns the mean of each point and its neighbours, as many on both sides but at the ends.</summary>
    internal static (double X, double Y)[] Smooth((double X, double Y)[] points)
    {
        var most = Math.Max(1, points.Length / (2 * Neighbours));
        var sums = new double[points.Length + 1];
        for (var i = 0; i < points.Length; i++)
            sums[i + 1] = sums[i] + points[i].Y;
        return
        [
            .. points.Select((point, i) =>
            {
                var (first, last) = (Math.Max(0, i - most), Math.Min(points.Length - 1, i + most));
                return (point.X, (sums[last + 1] - sums[first]) / (last - first + 1));
            }),
        ];
    }

    private static (double Least, double Most) Widen(double least, double most) => most > least
        ? (least, most)
        : (least - Math.Max(1e-9, Math.Abs(least) * 0.5), most + Math.Max(1e-9, Math.Abs(most) * 0.5));

    private static string Tip(string name, (double X, double Y) point) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} {point.Y:G5} at {point.X:G6}");

    // Means of equally many neighbours, so that the curve keeps its course.
    private static IEnumerable<(double X, double Y)> Thin((double X, double Y)[] points) => points.Length <= MostPoints
        ? points
        : points.Chunk((points.Length + MostPoints - 1) / MostPoints).Select(chunk => (chunk.Average(p => p.X), chunk.Average(p => p.Y)));
}
