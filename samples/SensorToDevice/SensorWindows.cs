using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Transforms;

namespace SensorToDevice;

/// <summary>Rows as windows, which the model learns from and is tested on.</summary>
internal static class SensorWindows
{
    private const int Block = 8;

    /// <summary>Cuts windows, or takes each row as one.</summary>
    /// <exception cref="ArgumentException">No run of rows is as long as a window.</exception>
    public static WindowRow[] Cut(MLContext mlContext, SensorTable table, SensorRow[] rows, Settings settings, string which)
    {
        if (settings.Window == 1)
            return [.. rows.Select((row, i) => new WindowRow { Window = row.Values, Label = row.Label, Block = $"{i}" })];
        if (table.Channels.FirstOrDefault(channel => channel.Columns.Length > 1) is { } wave)
            throw new ArgumentException(
                $"A row has {wave.Columns.Length} samples of '{wave.Name}', so it is a window by itself: leave out --window.");
        RequireLongRuns(table, rows, settings, which);
        var schema = SchemaDefinition.Create(typeof(SensorRow));
        schema[nameof(SensorRow.Values)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, table.Width);
        var data = mlContext.Data.LoadFromEnumerable(rows, schema);
        var cut = mlContext.TinyLlm().CutWindows(new SensorWindowingOptions
        {
            OutputColumnName = nameof(WindowRow.Window),
            InputColumnName = nameof(SensorRow.Values),
            GroupColumnName = nameof(SensorRow.Run),
            LabelColumnName = nameof(SensorRow.Label),
            Windows = new()
            {
                Length = settings.Window,
                Hop = settings.Hop,
                MaximumOpenGroups = Math.Max(1024, rows.DistinctBy(row => row.Group).Count()),
            },
        });
        var windows = mlContext.Data.CreateEnumerable<CutRow>(cut.Fit(data).Transform(data), reuseRowObject: false);
        var counts = new Dictionary<string, int>();
        return
        [
            .. windows.Select(window =>
            {
                var place = counts[window.Run] = counts.GetValueOrDefault(window.Run) + 1;
                return new WindowRow { Window = window.Window, Label = window.Label, Block = $"{window.Run}/{place / Block}" };
            }),
        ];
    }

    /// <summary>Returns windows as ML.NET reads them, with vectors of a known size.</summary>
    public static IDataView View(MLContext mlContext, IReadOnlyList<WindowRow> windows)
    {
        var schema = SchemaDefinition.Create(typeof(WindowRow));
        schema[nameof(WindowRow.Window)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, windows[0].Window.Length);
        return mlContext.Data.LoadFromEnumerable(windows, schema);
    }

    private static void RequireLongRuns(SensorTable table, SensorRow[] rows, Settings settings, string which)
    {
        var runs = rows.GroupBy(row => row.Run).Select(run => (run.First().Label, Rows: run.Count())).ToArray();
        var longest = runs.MaxBy(run => run.Rows);
        if (longest.Rows < settings.Window)
            throw new ArgumentException(
                $"{table.Path}: no run of rows {which} is as long as --window {settings.Window}: the longest of {runs.Length:N0} has "
                + $"{longest.Rows:N0} of '{settings.Label}' {longest.Label}. A run ends where '{settings.Label}' changes"
                + (settings.Group is { } group
                    ? $" in its '{group}', and at a row that lacks a value. Choose a smaller --window."
                    : ", and at a row that lacks a value. Where devices alternate, name their column with --group; or choose a smaller "
                        + "--window."));
        string[] without =
        [
            .. runs.GroupBy(run => run.Label).Where(label => label.Max(run => run.Rows) < settings.Window).Select(label => label.Key),
        ];
        if (without.Length > 0)
            table.Warnings.Add(
                $"{table.Path}: no run of rows {which} of '{settings.Label}' {string.Join(", ", without)} is as long as --window "
                + $"{settings.Window}: these rows are in no window.");
    }

    private sealed class CutRow
    {
        public float[] Window { get; set; } = [];

        public string Label { get; set; } = "";

        public string Run { get; set; } = "";
    }
}
