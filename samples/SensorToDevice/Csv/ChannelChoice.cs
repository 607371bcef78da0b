using System.Text.RegularExpressions;

namespace SensorToDevice.Csv;

/// <summary>Finds the channels: those that are named, or all columns of numbers but for those that are plainly no sensors.</summary>
internal sealed class ChannelChoice(CsvTable table, bool decimalComma, string label, string? group)
{
    /// <summary>Gets what a person should know of the choice.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Gets why a run may be pointless.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Returns the channels.</summary>
    /// <param name="patterns">Names, ranges such as <c>a..c</c>, and <c>x_*</c> for one channel of many columns;
    /// none for all numbers.</param>
    /// <exception cref="ArgumentException">A name is unknown, or nothing is left.</exception>
    /// <exception cref="InvalidDataException">A column holds what is no number.</exception>
    public Channel[] Choose(IReadOnlyCollection<string> patterns)
    {
        Channel[] channels = [.. patterns.Count == 0 ? Sensors() : patterns.SelectMany(Expand)];
        if (channels.GroupBy(channel => channel.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"--features names '{twice.Key}' twice.");
        if (patterns.Count > 0)
            Check(channels);
        return channels.Length > 0
            ? channels
            : throw new ArgumentException(
                $"{table.Path} has no column of numbers to learn '{label}' from{string.Concat(Remarks.Select(remark => $": {remark}"))} "
                + "Name some with --features.");
    }

    private CsvColumn Column(string name) => new(table, table.IndexOf(name), decimalComma);

    private List<Channel> Sensors()
    {
        List<Channel> channels = [];
        List<string> left = [];
        foreach (var name in table.Names.Where(name => name.Length > 0 && name != label && name != group))
        {
            var column = Column(name);
            if (column.Given == 0)
                left.Add($"'{name}' is empty");
            else if (!column.IsMeantAsNumbers)
                left.Add($"'{name}' holds {(column.HoldsLists ? "several numbers in a cell: give each a column" : "text")}");
            else if (column.FirstText is null && ColumnRole.Of(column) is { } role)
                left.Add($"'{name}' looks like {role}");
            else
                channels.Add(new Channel(name, [name]));
        }

        foreach (var channel in channels)
            Column(channel.Name).RequireNumbers();
        if (left.Count > 0)
            Remarks.Add($"Left out: {string.Join("; ", left)}. --features takes what you name.");
        return channels;
    }

    private Channel[] Expand(string pattern)
    {
        if (pattern.Split("..") is [var from, var to])
        {
            var (first, last) = (table.IndexOf(from), table.IndexOf(to));
            return first <= last
                ? [.. Others(table.Names[first..(last + 1)], pattern).Select(name => new Channel(name, [name]))]
                : throw new ArgumentException($"--features {pattern}: '{from}' stands behind '{to}' in {table.Path}; write {to}..{from}.");
        }

        if (!pattern.Contains('*', StringComparison.Ordinal))
        {
            table.IndexOf(pattern);
            return [new Channel(pattern, [pattern])];
        }

        var regex = new Regex($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$");
        var columns = Others(table.Names.Where(name => name.Length > 0 && regex.IsMatch(name)), pattern);
        var wave = pattern.Replace("*", "", StringComparison.Ordinal).Trim('_', '.', '-', ' ');
        return columns.Length > 0
            ? [new Channel(wave.Length > 0 ? wave : "all", columns)]
            : throw new ArgumentException(
                $"{table.Path} has no column like '{pattern}'. It has: {string.Join(", ", table.Names.Take(20))}.");
    }

    // A range or a pattern means the sensors in it.
    private string[] Others(IEnumerable<string> names, string pattern)
    {
        string[] all = [.. names];
        foreach (var name in all.Where(name => name == label || name == group))
            Remarks.Add($"'{name}' stands in {pattern} and is left out: it is {(name == label ? "the label" : "the group")}.");
        return [.. all.Where(name => name.Length > 0 && name != label && name != group)];
    }

    private void Check(IEnumerable<Channel> channels)
    {
        foreach (var channel in channels)
        {
            foreach (var name in channel.Columns)
            {
                var column = Column(name);
                column.RequireNumbers();
                if (name == label)
                    Warnings.Add($"The label '{label}' is among the features: the model reads the answer. Leave it out of --features.");
                else if (name == group)
                    Warnings.Add($"The group '{name}' is among the features: of the groups to test on, nothing was learned.");
                else if (channel.Columns.Length == 1 && ColumnRole.Of(column) is { } role)
                    Warnings.Add(
                        $"'{name}' looks like {role}: a model that reads it learns the recording, not the sensors. "
                        + "Leave it out of --features.");
            }
        }
    }
}
