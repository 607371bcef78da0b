using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.VisualBasic.FileIO;

namespace SensorToDevice;

/// <summary>The columns of a CSV file by name, as its header and its first row tell.</summary>
internal sealed class CsvColumns
{
    private readonly string _path;
    private readonly string[] _names;
    private readonly string[] _first;

    private CsvColumns(string path, char separator, string[] names, string[] first) =>
        (_path, Separator, _names, _first) = (path, separator, names, first);

    public char Separator { get; }

    public static CsvColumns Read(string path)
    {
        using var lines = File.OpenText(path);
        var separator = lines.ReadLine() is { Length: > 0 } line
            ? ",;\t".MaxBy(c => line.Count(other => other == c))
            : throw new InvalidDataException($"{path} is empty.");
        using var parser = new TextFieldParser(path) { Delimiters = [separator.ToString()] };
        var names = parser.ReadFields() ?? [];
        var first = parser.ReadFields() ?? throw new InvalidDataException($"{path} has no row below its header.");
        // A first column without a name holds row numbers.
        if (first.Length == names.Length + 1)
            names = ["", .. names];
        return first.Length == names.Length
            ? new CsvColumns(path, separator, names, first)
            : throw new InvalidDataException($"{path} has {names.Length} names in its header and {first.Length} fields in its first row.");
    }

    public int this[string name] => Array.IndexOf(_names, name) is >= 0 and var index
        ? index
        : throw new ArgumentException($"{_path} has no column '{name}'. It has: "
            + $"{string.Join(", ", _names.Where(n => n.Length > 0).Take(20))}{(_names.Length > 20 ? ", …" : "")}.");

    /// <summary>Returns the channels that patterns name, with their columns.</summary>
    /// <param name="patterns">Names, ranges such as <c>a..c</c>, and <c>x_*</c> for one channel of many columns;
    /// none for all columns of numbers.</param>
    /// <param name="others">Columns that are no channels.</param>
    public (string Name, int[] Columns)[] Channels(IReadOnlyCollection<string> patterns, params string?[] others)
    {
        if (patterns.Count == 0)
        {
            return [.. _names.Index()
                .Where(c => c.Item.Length > 0 && !others.Contains(c.Item))
                .Where(c => double.TryParse(_first[c.Index], CultureInfo.InvariantCulture, out _))
                .Select(c => (c.Item, new[] { c.Index }))];
        }

        return [.. patterns.SelectMany(Expand)];
    }

    private IEnumerable<(string Name, int[] Columns)> Expand(string pattern)
    {
        if (pattern.Split("..") is [var from, var to])
        {
            var (first, last) = (this[from], this[to]);
            return Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(i => (_names[i], new[] { i }));
        }

        if (!pattern.Contains('*', StringComparison.Ordinal))
            return [(pattern, [this[pattern]])];
        var regex = new Regex($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$");
        int[] columns = [.. _names.Index().Where(c => regex.IsMatch(c.Item)).Select(c => c.Index)];
        return columns.Length > 0
            ? [(pattern.Replace("*", "", StringComparison.Ordinal).Trim('_', '.', '-'), columns)]
            : throw new ArgumentException($"{_path} has no column like '{pattern}'.");
    }
}
