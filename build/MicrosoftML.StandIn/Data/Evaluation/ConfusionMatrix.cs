using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>How often each class was predicted for each class.</summary>
public sealed class ConfusionMatrix
{
    private readonly string[] _names;

    internal ConfusionMatrix(double[][] counts, string[] names)
    {
        _names = names;
        Counts = counts;
        NumberOfClasses = counts.Length;
        PerClassPrecision = [.. counts.Select((_, i) => Ratio(counts[i][i], counts.Sum(row => row[i])))];
        PerClassRecall = [.. counts.Select((row, i) => Ratio(row[i], row.Sum()))];
    }

    /// <summary>Gets, for each class, the share of its predictions that are right; 0 where it was never predicted.</summary>
    public IReadOnlyList<double> PerClassPrecision { get; }

    /// <summary>Gets, for each class, the share of its rows that were found; 0 where it has none.</summary>
    public IReadOnlyList<double> PerClassRecall { get; }

    /// <summary>Gets the counts: the actual class selects the row, the predicted class the column.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses { get; }

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        CheckClass(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        CheckClass(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    /// <summary>Returns the matrix as a text table.</summary>
    public string GetFormattedConfusionTable()
    {
        var cells = Counts.Select(row => row.Select(count => count.ToString("N0", CultureInfo.InvariantCulture)).ToArray()).ToArray();
        var width = Math.Max(_names.Max(name => name.Length), cells.Max(row => row.Max(cell => cell.Length))) + 1;
        var nameWidth = Math.Max("PREDICTED".Length, _names.Max(name => name.Length)) + 1;
        var table = new StringBuilder();
        table.AppendLine("Confusion table");
        table.Append("PREDICTED".PadRight(nameWidth)).Append("||").AppendLine(string.Concat(_names.Select(name => name.PadLeft(width) + " |")) + " Recall");
        table.Append("TRUTH".PadRight(nameWidth)).Append("||").AppendLine(new string('=', (width + 2) * _names.Length));
        for (var i = 0; i < cells.Length; i++)
        {
            table.Append(_names[i].PadRight(nameWidth)).Append("||").Append(string.Concat(cells[i].Select(cell => cell.PadLeft(width) + " |")));
            table.Append(' ').AppendLine(PerClassRecall[i].ToString("F4", CultureInfo.InvariantCulture));
        }

        table.Append("Precision".PadRight(nameWidth)).Append("||");
        table.AppendLine(string.Concat(PerClassPrecision.Select(value => value.ToString("F4", CultureInfo.InvariantCulture).PadLeft(width) + " |")));
        return table.ToString();
    }

    private void CheckClass(int index, string argument)
    {
        if (index < 0 || index >= NumberOfClasses)
            throw new ArgumentOutOfRangeException(argument, $"There are {NumberOfClasses} classes, and the index is {index}.");
    }

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;
}
