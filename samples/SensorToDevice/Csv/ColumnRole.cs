using System.Text.RegularExpressions;

namespace SensorToDevice.Csv;

/// <summary>What a column of numbers says about a row besides what a sensor saw: which row it is, when it was, whose it is.</summary>
internal static partial class ColumnRole
{
    private const int FewRows = 20;

    /// <summary>Returns the role, with its reason; null for a column that may well be a sensor.</summary>
    public static string? Of(CsvColumn column)
    {
        var values = column.Values;
        var isWhole = Array.TrueForAll(values, value => float.IsNaN(value) || value == MathF.Floor(value));
        var steps = values.Zip(values.Skip(1), (before, after) => after - before).ToArray();
        if (isWhole && steps.Length > 1 && Array.TrueForAll(steps, step => step == 1))
            return "row numbers (each is one above that before it)";
        if (isWhole && IdName().IsMatch(column.Name))
            return "an id (by its name)";
        var (rises, falls) = (steps.Count(step => step > 0), steps.Count(step => step < 0));
        if (steps.Length >= FewRows && rises >= 0.95 * steps.Length)
            return "a clock or a counter (it rises from row to row)";
        return ClockName().IsMatch(column.Name) && falls <= 0.1 * steps.Length && rises >= 0.1 * steps.Length
            ? "a clock (by its name, and it hardly ever falls)"
            : null;
    }

    [GeneratedRegex(
        @"(?i:^(index|idx|row|patient|subject|person|participant|user|device|machine|session|trial|run|fold|batch|experiment|recording)$)"
        + @"|(?i:^id$|[_ .-]id$|^(row|sample|record|frame)[_ ]?(no|nr|number|index|id)$)|[a-z]I[dD]$")]
    private static partial Regex IdName();

    [GeneratedRegex(
        @"(?i)(^|[_ .-])(time|timestamp|date|datetime|clock|epoch|seconds?|secs?|millis|milliseconds|ms|minutes?|hours?)($|[_ .-])")]
    private static partial Regex ClockName();
}
