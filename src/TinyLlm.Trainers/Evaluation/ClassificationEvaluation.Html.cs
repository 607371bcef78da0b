using System.Collections.Immutable;
using System.Text;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

public sealed partial class ClassificationEvaluation
{
    private const double Shade = 0.65; // of a whole class

    /// <summary>Returns the classes and the confusion matrix as a fragment, which notebooks show.</summary>
    public string ToHtml() => Html.Fragment(
        $"<p class=\"verdict\">{Html.Escape($"{Name}: {Accuracy}")}</p>"
        + $"{Html.Figure($"Confusion matrix ({Name}): what it is, against what it was said to be", Matrix())}{ClassTable("rows", [])}");

    /// <summary>Returns a heading and the classes, with how many of each were learned from where that is known.</summary>
    internal string ClassTable(string unit, ImmutableArray<(string Label, int Count)> learned)
    {
        string[] training = learned.IsEmpty ? [] : [$"training {unit}"];
        var table = Html.Table(
            "a class's F1 is the harmonic mean of precision and recall",
            ["class", .. training, $"test {unit}", "predicted", "precision", "recall", "F1"],
            Classes.Select(c => (IReadOnlyList<string>)
            [
                c.Label, .. training.Select(_ => $"{learned.FirstOrDefault(of => of.Label == c.Label).Count:N0}"), $"{c.Count:N0}",
                $"{c.PredictedCount:N0}", Html.Number(c.Precision, "F3"), Html.Number(c.Recall, "F3"), Html.Number(c.F1, "F3"),
            ]));
        return $"{Html.Heading($"Classes ({Name})")}{table}";
    }

    /// <summary>Returns the confusion matrix, a cell the darker the greater its share of its class; mistakes in another color.</summary>
    internal string Matrix()
    {
        var matrix = new StringBuilder("<div class=\"scroll\"><table class=\"confusion\"><thead><tr><th></th>");
        foreach (var label in Labels)
            matrix.Append($"<th scope=\"col\">{Html.Escape(label)}</th>");
        matrix.Append("</tr></thead><tbody>");
        for (var actual = 0; actual < Labels.Length; actual++)
        {
            matrix.Append($"<tr><th scope=\"row\">{Html.Escape(Labels[actual])}</th>");
            for (var predicted = 0; predicted < Labels.Length; predicted++)
            {
                var (count, share) = (this[actual, predicted], (double)this[actual, predicted] / Math.Max(1, Classes[actual].Count));
                var color = actual == predicted ? "--cell" : "--miss";
                matrix.Append(
                    $"<td class=\"{(count == 0 ? "none" : "some")}\" title=\"{Html.Percent(share)}\" "
                    + $"style=\"background:rgba(var({color}), {Html.Number(Shade * share, "F2")})\">{count}</td>");
            }

            matrix.Append("</tr>");
        }

        return matrix.Append("</tbody></table></div>").ToString();
    }
}
