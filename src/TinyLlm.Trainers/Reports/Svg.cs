using System.Globalization;
using System.Text;

namespace TinyLlm.Trainers.Reports;

/// <summary>A picture that grows with its column, as SVG; texts are escaped.</summary>
internal sealed class Svg
{
    /// <summary>The width that a picture is drawn in: its letters stay readable on a telephone.</summary>
    public const int Width = 420;

    private readonly StringBuilder _svg;

    public Svg(int height, string label, int width = Width) => _svg = new StringBuilder(
        Invariant($"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Html.Escape(label)}\">"));

    public Svg Line(string style, double x1, double y1, double x2, double y2) =>
        Add($"<line class=\"{style}\" x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\"/>");

    public Svg Rect(string style, double x, double y, double width, double height, string? tip = null) =>
        Add($"<rect class=\"{style}\" x=\"{x:F1}\" y=\"{y:F1}\" width=\"{width:F1}\" height=\"{height:F1}\">{Tip(tip)}</rect>");

    public Svg Circle(string style, double x, double y, double radius, string? tip = null) =>
        Add($"<circle class=\"{style}\" cx=\"{x:F1}\" cy=\"{y:F1}\" r=\"{radius:F1}\">{Tip(tip)}</circle>");

    public Svg Path(string style, IEnumerable<(double X, double Y)> points) =>
        Add($"<polyline class=\"{style}\" points=\"{string.Join(' ', points.Select(p => Invariant($"{p.X:F1},{p.Y:F1}")))}\"/>");

    public Svg Text(double x, double y, string text, string anchor = "start", string style = "", string? tip = null) =>
        Add($"<text class=\"{style}\" x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">{Html.Escape(text)}{Tip(tip)}</text>");

    /// <summary>Draws an interval: a line with an end on either side.</summary>
    public Svg Interval(double x1, double y1, double x2, double y2)
    {
        const double End = 3.5;
        var isLevel = y1 == y2;
        Line("interval", x1, y1, x2, y2);
        foreach (var (x, y) in new[] { (x1, y1), (x2, y2) })
            Line("interval", isLevel ? x : x - End, isLevel ? y - End : y, isLevel ? x : x + End, isLevel ? y + End : y);
        return this;
    }

    /// <summary>Returns a name that fits into a width.</summary>
    public static string Shorten(string name, double width)
    {
        var letters = Math.Max(2, (int)(width / 6.6)); // of 12 units each
        return name.Length > letters ? $"{name[..(letters - 1)]}…" : name;
    }

    public override string ToString() => $"{_svg}</svg>";

    private static string Tip(string? tip) => tip is null ? "" : $"<title>{Html.Escape(tip)}</title>";

    private Svg Add(FormattableString element)
    {
        _svg.Append(Invariant(element));
        return this;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
