using System.Globalization;
using Microsoft.ML;
using TinyLlm.Trainers;

namespace SensorToDevice;

/// <summary>The windows to learn from and to test on, how they came about, and what is to be said of them.</summary>
internal sealed class JobRows
{
    private const int FewestWindows = 8;

    private JobRows(SensorTable table, SensorRow[] trainRows, SensorRow[] testRows) =>
        (Table, TrainRows, TestRows) = (table, trainRows, testRows);

    public SensorTable Table { get; }

    public required WindowRow[] Train { get; init; }

    public required WindowRow[] Test { get; init; }

    public required string[] Labels { get; init; }

    public List<string> Remarks { get; } = [];

    public List<string> Warnings { get; } = [];

    private SensorRow[] TrainRows { get; }

    private SensorRow[] TestRows { get; }

    private int Incomplete { get; init; }

    /// <summary>Reads the files, splits the rows, cuts windows, and checks what makes an accuracy too good or a run pointless.</summary>
    public static JobRows Load(MLContext mlContext, Settings settings)
    {
        var table = SensorTable.Load(settings);
        var other = settings.Test is { } path ? table.LoadTest(path, settings) : null;
        var (trainRows, testRows) = other is null ? table.Split(settings.HoldOut, settings.Group) : (table.Rows, other.Rows);
        if (trainRows.Length == 0)
            throw new ArgumentException(
                $"{table.Path} has {table.Rows.Length} rows of {table.Rows.DistinctBy(row => row.Label).Count()} labels: too few to keep a "
                + "part to test on.");
        var learned = SensorWindows.Cut(mlContext, table, trainRows, settings, "to learn from");
        var test = SensorWindows.Cut(mlContext, other ?? table, testRows, settings, "to test on");
        var (train, duplicates) = Duplicates.Separate(learned, test, settings.AllowDuplicates);
        var labels = train.Concat(test).Select(row => row.Label).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (train.Length < FewestWindows)
            throw new ArgumentException(
                $"{table.Path} gives {train.Length} windows to learn from; {FewestWindows} at least are expected, and hundreds to learn "
                + "well.");
        var rows = new JobRows(table, trainRows, testRows)
        {
            Train = train,
            Test = test,
            Labels = labels,
            Incomplete = table.Incomplete + (other?.Incomplete ?? 0),
        };
        rows.Remarks.AddRange([.. table.Remarks, .. other?.Remarks ?? [], .. new[] { duplicates }.OfType<string>()]);
        rows.Warnings.AddRange([.. table.Warnings, .. other?.Warnings ?? []]);
        rows.CheckLabels(settings, other?.Path ?? table.Path);
        return rows;
    }

    /// <summary>Says how many rows and windows there are, and which are tested on.</summary>
    public string Describe(Settings settings)
    {
        var held = settings.Test is not null ? "those of another file" : settings.HoldOut switch
        {
            HoldOut.Groups => $"those of {settings.Group} {string.Join(", ", TestRows.Select(row => row.Group).Distinct())}",
            HoldOut.Labels => "the last fifth of each label's",
            _ => "the last fifth",
        };
        var windows = settings.Window > 1
            ? Invariant($" In windows of {settings.Window} rows, one every {settings.Hop}, none over a change of {settings.Label}: ")
                + Invariant($"{Train.Length:N0} and {Test.Length:N0} windows.")
            : " Each row is a window.";
        var incomplete = Incomplete > 0 ? Invariant($" {Incomplete:N0} rows lack a value and are left out.") : "";
        return Invariant($"{TrainRows.Length:N0} rows to learn from and {TestRows.Length:N0} to test on, {held}.{windows}{incomplete}");
    }

    /// <summary>Returns the test windows as the report draws them.</summary>
    public EvaluatedWindows Draw() => new(
        [.. Table.Channels.Select(channel => channel.Name)],
        [.. Test.Select(row => ByChannel(row.Window))]);

    private float[][] ByChannel(float[] window)
    {
        var width = Table.Width;
        if (window.Length > width)
            return [.. Enumerable.Range(0, width).Select(channel => window.Where((_, i) => i % width == channel).ToArray())];
        var first = 0;
        return
        [
            .. Table.Channels.Select(channel =>
            {
                var samples = window[first..(first + channel.Columns.Length)];
                first += samples.Length;
                return samples;
            }),
        ];
    }

    private void CheckLabels(Settings settings, string testPath)
    {
        var learned = Train.Select(row => row.Label).ToHashSet();
        if (learned.Count == 1)
            throw new ArgumentException(
                $"All rows to learn from are of '{settings.Label}' {learned.First()}: two classes at least are expected. Hold out others, "
                + "with --hold-out Labels for instance.");
        var unknown = Test.Where(row => !learned.Contains(row.Label)).CountBy(row => row.Label).ToArray();
        if (unknown.Length == 0)
            return;
        var names = string.Join(", ", unknown.Take(10).Select(label => label.Key));
        if (unknown.Sum(label => label.Value) == Test.Length)
            throw new ArgumentException(
                $"No '{settings.Label}' of the rows to test on was learned: {testPath} has {names}, and to learn from there are "
                + $"{string.Join(", ", learned.Order(StringComparer.Ordinal).Take(10))}.");
        Warnings.Add(
            $"'{settings.Label}' {names} stands in {unknown.Sum(label => label.Value):N0} of {Test.Length:N0} windows to test on and was "
            + "never learned: the model cannot be right on them.");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
