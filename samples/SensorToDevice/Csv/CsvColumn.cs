using System.Globalization;
using System.Text.RegularExpressions;

namespace SensorToDevice.Csv;

/// <summary>A column, judged by all its rows: its numbers, which of them are missing, and what is no number.</summary>
internal sealed partial class CsvColumn
{
    private static readonly HashSet<string> MissingValues = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "?", "-", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing",
    };

    private readonly CsvTable _table;
    private readonly int _index;
    private readonly bool _decimalComma;

    public CsvColumn(CsvTable table, int index, bool decimalComma)
    {
        (_table, _index, _decimalComma) = (table, index, decimalComma);
        Values = new float[table.Rows.Length];
        for (var row = 0; row < Values.Length; row++)
        {
            var cell = Cell(row);
            Values[row] = float.NaN;
            if (MissingValues.Contains(cell))
                continue;
            Given++;
            if (TryParse(cell, decimalComma, out var value))
                (Values[row], Numbers) = (value, Numbers + 1);
            else
                FirstText ??= row;
            LooksLikeNumbers += DecimalComma().IsMatch(cell) ? 1 : 0;
        }

        LooksLikeNumbers += Numbers;
    }

    public string Name => _table.Names[_index];

    /// <summary>Gets the numbers; NaN where a value is missing or no number.</summary>
    public float[] Values { get; }

    /// <summary>Gets how many cells hold something.</summary>
    public int Given { get; }

    /// <summary>Gets how many cells hold a number.</summary>
    public int Numbers { get; }

    /// <summary>Gets the first row with something that is no number; null where there is none.</summary>
    public int? FirstText { get; }

    private int LooksLikeNumbers { get; }

    /// <summary>Gets whether the column was meant to hold numbers: at least half of what it holds looks like one.</summary>
    public bool IsMeantAsNumbers => Given > 0 && 2 * LooksLikeNumbers >= Given;

    /// <summary>Gets whether the first text of the column is several numbers.</summary>
    public bool HoldsLists => FirstText is { } row && List().IsMatch(Cell(row));

    public static bool IsNumber(string cell) => TryParse(cell, decimalComma: false, out _);

    /// <summary>Throws where the column is no column of numbers; the message names the row and the remedy.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public void RequireNumbers()
    {
        if (Given == 0)
            throw new InvalidDataException($"{_table.Path}, column '{Name}' has no value in any row: leave it out with --features.");
        if (FirstText is { } row)
            throw new InvalidDataException($"{_table.Place(_index, row)}: '{CsvTable.Shorten(Cell(row))}' {Problem(Cell(row))}");
    }

    private string Cell(int row) => _table.Rows[row].Fields[_index];

    private string Problem(string cell)
    {
        if (cell.Contains('\n', StringComparison.Ordinal))
            return "holds a line break. Is a quote missing, or one too many?";
        if (_decimalComma && IsNumber(cell))
            return $"has a point where --decimal-comma expects a comma: write {cell.Replace('.', ',')}, or leave --decimal-comma out.";
        if (Thousands().IsMatch(cell))
            return "has a comma, for decimals or for thousands: write "
                + $"{cell.Replace(",", "", StringComparison.Ordinal)}, or pass --decimal-comma.";
        if (DecimalComma().IsMatch(cell))
            return $"is written with a decimal comma: write {WithPoint(cell)}, or pass --decimal-comma.";
        if (double.TryParse(cell, CultureInfo.InvariantCulture, out _) || cell.Trim('+', '-').ToUpperInvariant() is "INF" or "INFINITY")
            return $"is not finite, or beyond {float.MaxValue:G2}: leave the cell empty where a value is missing.";
        return WithUnit().IsMatch(cell)
            ? "has a unit behind its number: put it into the column's name."
            : "is no number. Correct it, leave the cell empty where a value is missing, or leave the column out with --features.";
    }

    private static bool TryParse(string cell, bool decimalComma, out float value)
    {
        if (decimalComma && DecimalComma().IsMatch(cell))
            cell = WithPoint(cell);
        else if (decimalComma && cell.Contains('.', StringComparison.Ordinal))
        {
            value = float.NaN;
            return false;
        }

        return float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
    }

    private static string WithPoint(string cell) => cell.Replace(".", "", StringComparison.Ordinal).Replace(',', '.');

    [GeneratedRegex(@"^[+-]?(\d+|\d{1,3}(\.\d{3})+)?,\d+([eE][+-]?\d+)?$")]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"^[\[(]?\s*[+-]?\d+(\.\d+)?([\s,;]+[+-]?\d+(\.\d+)?)+\s*[\])]?$")]
    private static partial Regex List();

    [GeneratedRegex(@"^[+-]?[1-9]\d{0,2}(,\d{3})+$")]
    private static partial Regex Thousands();

    [GeneratedRegex(@"^[+-]?\d+([.,]\d+)?\s*[\p{L}°%µ/²³]{1,6}$")]
    private static partial Regex WithUnit();
}
