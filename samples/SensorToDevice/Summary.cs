using System.Globalization;
using TinyLlm.Trainers;

namespace SensorToDevice;

/// <summary>What came of it, in 80 columns: the forms of the model beside the baselines, and how good that is.</summary>
internal static class Summary
{
    private const int LongestName = 24;

    /// <summary>Prints the forms and the baselines.</summary>
    public static void Say(EvaluationReport report)
    {
        var names = report.Variants.Select(form => form.Name).Concat(report.Baselines.Select(baseline => baseline.Name));
        var width = Math.Clamp(names.Max(name => name.Length), 12, LongestName);
        var count = report.Variants[0].Evaluation.Accuracy.Count.ToString("N0", CultureInfo.InvariantCulture);
        var title = $"{count} {report.Unit}";
        Console.WriteLine(
            $"{title.PadRight(width)}  {"accuracy, 95 %",-22}{"macro F1",9}{"balanced",9}{"file",9}{"ms",7}".TrimEnd());
        foreach (var form in report.Variants)
        {
            var row = Row(form.Name, width, form.Evaluation);
            Terminal.Say($"{row}{form.FileBytes / 1e6,6:F2} MB{1000 / form.RowsPerSecond,7:F1}");
        }

        foreach (var baseline in report.Baselines)
            Console.WriteLine(Row(baseline.Name, width, baseline));
        Terminal.SayLines(report.Verdict);
    }

    /// <summary>Cuts a text between words into lines of a width.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length > 0 ? $" {word}" : word;
        }

        yield return line;
    }

    private static string Row(string name, int width, ClassificationEvaluation of)
    {
        var (accuracy, shown) = (of.Accuracy, name.Length > width ? $"{name[..(width - 1)]}…" : name);
        var share = string.Create(
            CultureInfo.InvariantCulture, $"{100 * accuracy.Value,5:F1} % [{100 * accuracy.Lower:F1}, {100 * accuracy.Upper:F1}]");
        return string.Create(
            CultureInfo.InvariantCulture, $"{shown.PadRight(width)}  {share,-22}{of.MacroF1,9:F3}{100 * of.BalancedAccuracy,7:F1} %");
    }
}
