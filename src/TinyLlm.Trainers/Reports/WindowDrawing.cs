namespace TinyLlm.Trainers.Reports;

/// <summary>
/// Draws windows as a sensor saw them: a lane for each channel, a curve where it has samples, a bar where it is one number. A lane
/// reaches over what the channel has in all windows, but for the hundredth part on either side.
/// </summary>
internal sealed class WindowDrawing
{
    private const int MostLanes = 12;
    private const int Names = 88;
    private const int Gap = 10;

    private readonly EvaluatedWindows _windows;
    private readonly (double Least, double Most)[] _ranges;
    private readonly int _lane;

    public WindowDrawing(EvaluatedWindows windows)
    {
        _windows = windows;
        var lanes = Math.Min(windows.Channels.Length, MostLanes);
        _ranges = [.. Enumerable.Range(0, lanes).Select(Range)];
        _lane = lanes <= 2 ? 56 : lanes <= 4 ? 36 : 17;
    }

    /// <summary>Gets the channels that are not drawn.</summary>
    public int Hidden => _windows.Channels.Length - _ranges.Length;

    /// <summary>Draws some windows beside each other.</summary>
    public string Draw(string label, IReadOnlyList<int> rows, int slots)
    {
        var svg = new Svg((_ranges.Length * _lane) + 6, label);
        var width = (Svg.Width - Names - ((slots - 1) * Gap)) / (double)slots;
        foreach (var (lane, name) in _windows.Channels.Take(_ranges.Length).Index())
            svg.Text(Names - 8, Bottom(lane) - (_lane / 2.0) + 4, Svg.Shorten(name, Names), "end", "lane", name);
        foreach (var (slot, row) in rows.Index())
        {
            var left = Names + (slot * (width + Gap));
            for (var lane = 0; lane < _ranges.Length; lane++)
                DrawLane(svg, _windows.Rows[row][lane], lane, left, width);
        }

        return svg.ToString();
    }

    private void DrawLane(Svg svg, float[] samples, int lane, double left, double width)
    {
        var color = "abcd"[lane % 4];
        svg.Line("grid", left, Bottom(lane), left + width, Bottom(lane));
        if (samples.Length == 1)
        {
            svg.Rect(
                $"fill-{color}", left, Bottom(lane) - _lane + 5, Share(samples[0], lane) * width, _lane - 6,
                $"{_windows.Channels[lane]}: {Html.Number(samples[0], "G5")}");
            return;
        }

        svg.Path(
            $"curve line-{color}",
            samples.Index().Where(sample => float.IsFinite(sample.Item)).Select(sample => (
                left + (sample.Index * width / (samples.Length - 1)), Bottom(lane) - 1 - (Share(sample.Item, lane) * (_lane - 5)))));
    }

    private double Bottom(int lane) => ((lane + 1) * _lane) + 2;

    private double Share(double value, int lane)
    {
        var (least, most) = _ranges[lane];
        return most > least && double.IsFinite(value) ? Math.Clamp((value - least) / (most - least), 0, 1) : 0.5;
    }

    private (double Least, double Most) Range(int channel)
    {
        var values = _windows.Rows.SelectMany(row => row[channel]).Where(float.IsFinite).Order().ToArray();
        return values.Length == 0 ? (0, 0) : (values[(values.Length - 1) / 100], values[^(1 + ((values.Length - 1) / 100))]);
    }
}
