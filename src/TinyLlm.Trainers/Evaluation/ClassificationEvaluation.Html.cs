using System.Text;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

public sealed partial class ClassificationEvaluation
{
    /// <summary>Returns the classes and the confusion matrix as a fragment, which notebooks show.</summary>
    public string ToHtml() => Html.Fragment($"<p class=\"verdict\">{Html.Escape($"{Name}: {Accuracy}")}</p>{Body()}");

    internal string Body()
    {
        var classes = Html.Table(
            "a class's F1 is the harmonic mean of precision and recall", ["class", "rows", "predicted", "precision", "recall", "F1"],
            Classes.Select(c => (IReadOnlyList<string>)
            [
                c.Label, $"{c.Count}", $"{c.PredictedCount}",
                Html.Number(c.Precision, "F3"), Html.Number(c.Recall, "F3"), Html.Number(c.F1, "F3"),
            ]));
        return $"{Html.Heading($"Classes ({Name})")}{classes}{Html.Heading($"Confusion matrix ({Name})")}{Matrix()}";
    }

    private string Matrix()
    {
        var matrix = new StringBuilder(
            "<div class=\"scroll\"><table class=\"confusion\">"
            + "<caption>rows: what it is; columns: what it was said to be</caption><thead><tr><th></th>");
        foreach (var label in Labels)
            matrix.Append($"<th scope=\"col\">{Html.Escape(label)}</th>");
        matrix.Append("</tr></thead><tbody>");
        for (var actual = 0; actual < Labels.Length; actual++)
        {
            matrix.Append($"<tr><th scope=\"row\">{Html.Escape(Labels[actual])}</th>");
            for (var predicted = 0; predicted < Labels.Length; predicted++)
            {
                var share = (double)this[actual, predicted] / Math.Max(1, Classes[actual].Count);
                matrix.Append(
                    $"<td style=\"background:rgba(var(--cell), {Html.Number(0.6 * share, "F2")})\">{this[actual, predicted]}</td>");
            }

            matrix.Append("</tr>");
        }

        return matrix.Append("</tbody></table></div>").ToString();
    }
}
