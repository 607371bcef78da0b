using Microsoft.ML;
using Microsoft.ML.Data;
using SensorToDevice.Csv;

namespace SensorToDevice;

/// <summary>The rows of a file that have every value, and which of them are kept to test on.</summary>
internal sealed class SensorTable
{
    private const int MostLabels = 100;

    private SensorTable(string path, Channel[] channels, SensorRow[] rows, int incomplete) =>
        (Path, Channels, Rows, Incomplete) = (path, channels, rows, incomplete);

    public string Path { get; }

    public Channel[] Channels { get; }

    /// <summary>Gets the numbers in a row.</summary>
    public int Width => Channels.Sum(channel => channel.Columns.Length);

    public SensorRow[] Rows { get; }

    /// <summary>Gets the rows that were left out because a number, the label or the group is missing.</summary>
    public int Incomplete { get; }

    /// <summary>Gets what a person should know of the file.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Gets why a run may be pointless.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Reads the rows to learn from.</summary>
    public static SensorTable Load(Settings settings)
    {
        var file = CsvTable.Read(settings.Csv);
        file.IndexOf(settings.Label);
        var choice = new ChannelChoice(file, settings.DecimalComma, settings.Label, settings.Group);
        var table = Load(file, choice.Choose(settings.Features), settings);
        table.Remarks.AddRange(choice.Remarks);
        table.Warnings.AddRange(choice.Warnings);
        table.CheckLabels(settings.Label);
        table.FindCopiesOfTheLabel(settings.Label);
        return table;
    }

    /// <summary>Reads the rows of another file; its columns are found by the names that they have in this one.</summary>
    public SensorTable LoadTest(string path, Settings settings)
    {
        var file = CsvTable.Read(path);
        var wanted = Channels.SelectMany(channel => channel.Columns).Append(settings.Label);
        string[] missing = [.. wanted.Where(name => !file.Names.Contains(name)).Distinct()];
        return missing.Length == 0
            ? Load(file, Channels, settings with { Group = null })
            : throw new ArgumentException(
                $"{path} lacks {(missing.Length == 1 ? "the column" : "the columns")} {string.Join(", ", missing.Take(10))}, which {Path} "
                + $"has. It has: {string.Join(", ", file.Names.Where(name => name.Length > 0).Take(20))}.");
    }

    /// <summary>Returns the rows to learn from and those to test on.</summary>
    public (SensorRow[] Train, SensorRow[] Test) Split(HoldOut holdOut, string? group)
    {
        var test = holdOut switch
        {
            HoldOut.Groups => OfLastGroups(group),
            HoldOut.Labels => Rows.GroupBy(row => row.Label).SelectMany(rows => LastFifth(rows.ToArray())).ToHashSet(),
            _ => LastFifth(Rows).ToHashSet(),
        };
        return ([.. Rows.Where(row => !test.Contains(row))], [.. Rows.Where(test.Contains)]);
    }

    private static SensorTable Load(CsvTable file, Channel[] channels, Settings settings)
    {
        var columns = channels.SelectMany(channel => channel.Columns)
            .Select(name => new CsvColumn(file, file.IndexOf(name), settings.DecimalComma)).ToArray();
        foreach (var column in columns)
            column.RequireNumbers();
        var label = file.IndexOf(settings.Label);
        var group = settings.Group is { } name ? file.IndexOf(name) : (int?)null;
        var (rows, runs) = (new List<SensorRow>(), new Runs());
        for (var i = 0; i < file.Rows.Length; i++)
        {
            var fields = file.Rows[i].Fields;
            var row = new SensorRow
            {
                Values = [.. columns.Select(column => column.Values[i])],
                Label = fields[label],
                Group = group is { } index ? fields[index] : "",
            };
            if (row.Label.Contains('\n', StringComparison.Ordinal))
                throw new InvalidDataException(
                    $"{file.Place(label, i)}: '{CsvTable.Shorten(row.Label)}' holds a line break. Is a quote missing, or one too many?");
            var isWhole = row.Label.Length > 0 && (group is null || row.Group.Length > 0) && Array.TrueForAll(row.Values, float.IsFinite);
            row.Run = runs.Next(row, isWhole);
            if (isWhole)
                rows.Add(row);
        }

        if (rows.Count == 0)
        {
            var emptiest = columns.MinBy(column => column.Numbers)!;
            throw new InvalidDataException(
                $"{file.Path} has no row with a label and every value: column '{emptiest.Name}' lacks "
                + $"{file.Rows.Length - emptiest.Numbers} of {file.Rows.Length}. Leave such columns out with --features.");
        }

        var table = new SensorTable(file.Path, channels, [.. rows], file.Rows.Length - rows.Count);
        if (file.Remark is { } remark)
            table.Remarks.Add(remark);
        foreach (var column in columns.Where(column => 2 * column.Numbers < file.Rows.Length))
            table.Warnings.Add(
                $"{file.Path}, column '{column.Name}' lacks {file.Rows.Length - column.Numbers:N0} of {file.Rows.Length:N0} values, and "
                + "rows that lack one are left out: leave the column out with --features.");
        return table;
    }

    private void CheckLabels(string label)
    {
        var labels = Rows.Select(row => row.Label).Distinct().ToArray();
        if (labels.Length == 1)
            throw new ArgumentException($"{Path}, column '{label}' has one value only, '{labels[0]}': two classes at least are expected.");
        if (labels.Length > Math.Min(MostLabels, Math.Max(2, Rows.Length / 2)))
            throw new ArgumentException(
                $"{Path}, column '{label}' has {labels.Length} different values in {Rows.Length} rows, such as {labels[0]} and "
                + $"{labels[1]}: classes are expected, a few values that come again. Name another column with --label, or put numbers into "
                + "classes first.");
    }

    private void FindCopiesOfTheLabel(string label)
    {
        var labels = Rows.Select(row => row.Label).Distinct().Count();
        foreach (var (index, name) in Channels.SelectMany(channel => channel.Columns).Index().Where(column => column.Item != label))
        {
            var pairs = Rows.Select(row => (row.Values[index], row.Label)).Distinct().Take((2 * labels) + 1).ToArray();
            if (pairs.Length <= 2 * labels && pairs.DistinctBy(pair => pair.Item1).Count() == pairs.Length)
                Warnings.Add(
                    $"'{name}' tells '{label}' by itself: each of its {pairs.Length} values stands with one label only. Is it known on the "
                    + "device? If not, leave it out of --features.");
        }
    }

    private HashSet<SensorRow> OfLastGroups(string? group)
    {
        var groups = Rows.Select(row => row.Group).Distinct().ToArray();
        var last = LastFifth(groups).ToHashSet();
        if (group is null)
            throw new ArgumentException("--hold-out Groups needs --group, the column whose values stay on one side of the split.");
        return groups.Length > 1
            ? [.. Rows.Where(row => last.Contains(row.Group))]
            : throw new ArgumentException($"There is one group only, '{groups[0]}', in {Path}, column '{group}': none can be held out.");
    }

    private static T[] LastFifth<T>(T[] items) => items[^((items.Length + 4) / 5)..];
}
