using System.Globalization;

namespace TinyLlm.Transforms;

/// <summary>Says in a pipeline's words how many windows there are, what ended runs, and what to do where there are none.</summary>
internal static class WindowReport
{
    // Rows of a group may be so many times the number of groups apart before it is worth a word.
    private const int UsualAbsence = 16;

    private static readonly (RunEnd Cause, string Text)[] Causes =
    [
        (RunEnd.LeftOut, "where rows were left out by a filter or a split"), (RunEnd.TimeGap, "at a gap in time"),
        (RunEnd.TimeFalls, "where time falls"), (RunEnd.OtherGroups, "at a row of another group"),
    ];

    /// <summary>Returns the counts as one sentence.</summary>
    public static string Describe(WindowCounts counts) =>
        $"{Count(counts.Windows, "window")} from {Count(counts.Rows, "row")} of {Count(counts.Groups, "group")} in "
        + $"{Count(counts.Runs, "run")}, the longest of {Count(counts.LongestRun, "sample")}; "
        + $"{Count(counts.Unused, "sample")} in no window{Ends(counts)}.";

    /// <summary>Returns that there is no window, why, and what to do.</summary>
    public static string DescribeNone(WindowCounts counts, SensorWindowOptions options)
    {
        var shorter = counts.Runs == 1 ? "shorter" : "all shorter";
        var remedies = Remedies(counts, options).ToArray();
        var last = $"{(remedies.Length == 0 ? "Give" : "Else give")} more rows, or choose a smaller {nameof(options.Length)}.";
        return $"0 windows: {Count(counts.Runs, "run")}, {shorter} than {options.Length} samples, the longest of "
            + $"{Text(counts.LongestRun)}, in {Count(counts.Rows, "row")} of {Count(counts.Groups, "group")}{Ends(counts)}. "
            + string.Join(" ", remedies.Append(last));
    }

    /// <summary>
    /// Returns that rows follow each other that may not, as those of labels that serve as groups; null where they are no further apart
    /// than rows of groups that alternate.
    /// </summary>
    public static string? DescribeAbsence(WindowCounts counts, string? groupColumnName) =>
        counts.LongestAbsence <= UsualAbsence * counts.Groups
            ? null
            : $"Rows of one '{groupColumnName}' follow each other behind up to {Text(counts.LongestAbsence)} rows of others, and no time "
                + $"column tells whether they do: name {nameof(SensorWindowingOptions.TimeColumnName)}, or set "
                + $"{nameof(SensorWindowOptions.MaximumOpenGroups)} to 1, with which one that comes back begins anew.";

    private static IEnumerable<string> Remedies(WindowCounts counts, SensorWindowOptions options)
    {
        if (counts.Ended(RunEnd.LeftOut) > 0)
            yield return "Cut windows before rows are filtered or split, or split by the group: samplingKeyColumnName of TrainTestSplit, "
                + "CrossValidationSplit and CrossValidate.";
        if (counts.Ended(RunEnd.TimeGap) > 0)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{nameof(options.MaximumGap)} is {options.MaximumGap}: set it where longer steps are usual.");
        if (counts.Ended(RunEnd.TimeFalls) > 0)
            yield return "Cut windows before rows are shuffled, or sort them by time.";
        if (counts.Ended(RunEnd.OtherGroups) > 0)
            yield return $"{nameof(options.MaximumOpenGroups)} is {options.MaximumOpenGroups}: set it to the number of groups whose rows "
                + "alternate.";
    }

    private static string Ends(WindowCounts counts)
    {
        var ends = Causes.Where(cause => counts.Ended(cause.Cause) > 0)
            .Select(cause => $"{Text(counts.Ended(cause.Cause))} ended {cause.Text}").ToArray();
        return ends.Length == 0 ? "" : $"; of the runs, {string.Join(", ", ends)}";
    }

    private static string Count(long count, string what) => $"{Text(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Text(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
