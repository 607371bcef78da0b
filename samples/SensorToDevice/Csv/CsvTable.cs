using System.Globalization;

namespace SensorToDevice.Csv;

/// <summary>A CSV file, whole: the names of its columns and the rows below them.</summary>
internal sealed class CsvTable
{
    private const string Separators = ",;\t|";
    private const string ExcelsLine = "sep=";

    private CsvTable(string path, string[] names, CsvRecord[] rows, string? remark) =>
        (Path, Names, Rows, Remark) = (path, names, rows, remark);

    public string Path { get; }

    /// <summary>Gets the names; a column of row numbers may have none.</summary>
    public string[] Names { get; }

    public CsvRecord[] Rows { get; }

    /// <summary>Gets what had to be guessed; null where nothing was.</summary>
    public string? Remark { get; }

    /// <exception cref="InvalidDataException">The file is no table; the message names the file, the row and the remedy.</exception>
    public static CsvTable Read(string path)
    {
        var (text, remark) = CsvText.Read(path);
        var separator = FindSeparator(ref text);
        var records = new CsvParser(path, text, separator).Parse();
        if (records.Count == 0)
            throw new InvalidDataException($"{path} is empty.");
        var (names, rows) = (records[0].Fields, records[1..].ToArray());
        if (names.Length > 1 && Array.TrueForAll(names, name => CsvColumn.IsNumber(name)))
            throw new InvalidDataException(
                $"{path} has no header: its first line holds numbers, {Shorten(string.Join(separator, names))}. "
                + "Put a line with the columns' names above them.");
        if (rows.Length == 0)
            throw new InvalidDataException($"{path} has no row below its header.");
        if (Array.TrueForAll(rows, row => row.Fields.Length == names.Length + 1))
            (names, rows) = WithOneMore(path, names, rows);
        if (names.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidDataException($"{path} has two columns with the name '{twice.Key}': rename one.");
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Fields.Length != names.Length)
                throw new InvalidDataException(WrongLength(path, i, rows[i], names, separator));
        }

        return new CsvTable(path, names, rows, remark);
    }

    /// <summary>Returns a column by its name.</summary>
    /// <exception cref="ArgumentException">There is none of the name.</exception>
    public int IndexOf(string name) => Array.IndexOf(Names, name) is >= 0 and var index
        ? index
        : throw new ArgumentException($"{Path} has no column '{name}'. It has: "
            + $"{string.Join(", ", Names.Where(n => n.Length > 0).Take(20))}{(Names.Length > 20 ? ", …" : "")}.");

    /// <summary>Returns where a cell stands, for messages.</summary>
    public string Place(int column, int row) => $"{Path}, column '{Names[column]}', row {row + 1} (line {Rows[row].Line})";

    public static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings("⏎");
        return line.Length > 48 ? $"{line[..48]}…" : line;
    }

    private static char FindSeparator(ref string text)
    {
        if (text.StartsWith(ExcelsLine, StringComparison.OrdinalIgnoreCase) && text.Length > ExcelsLine.Length)
        {
            var separator = text[ExcelsLine.Length];
            text = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
            return separator;
        }

        var (counts, quoted) = (new int[Separators.Length], false);
        foreach (var letter in text.TrimStart('\r', '\n').TakeWhile(letter => letter is not ('\r' or '\n')))
        {
            quoted ^= letter == '"';
            if (!quoted && Separators.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var index)
                counts[index]++;
        }

        return Separators[Array.IndexOf(counts, counts.Max())];
    }

    // Every row has a field more than the header has names: row numbers in front that it does not name, or a separator too many behind.
    private static (string[] Names, CsvRecord[] Rows) WithOneMore(string path, string[] names, CsvRecord[] rows)
    {
        if (Array.TrueForAll(rows, row => row.Fields[^1].Length == 0))
            return (names, [.. rows.Select(row => row with { Fields = row.Fields[..^1] })]);
        var first = rows.Select(row => row.Fields[0]).ToArray();
        var numbers = Array.TrueForAll(first, cell => long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        return numbers && first.Distinct().Count() == first.Length
            ? (["", .. names], rows)
            : throw new InvalidDataException(
                $"{path} has {names.Length} names in its header and {names.Length + 1} fields in each row, and neither row numbers stand "
                + "in front nor a separator too many behind: name every column.");
    }

    private static string WrongLength(string path, int index, CsvRecord row, string[] names, char separator)
    {
        var remedy = row.Fields.Length < names.Length ? "Is the line cut off? Complete it, or remove it."
            : separator == ',' ? "Is there a decimal comma, or a comma in a text? Put the field in quotes, or separate columns by ';'."
            : $"Is there a '{separator}' in a text? Put the field in quotes.";
        return $"{path}, row {index + 1} (line {row.Line}) has {row.Fields.Length} fields, and the header has {names.Length} names. "
            + remedy;
    }
}
