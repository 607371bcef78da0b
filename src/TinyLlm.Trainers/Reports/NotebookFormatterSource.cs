namespace TinyLlm.Trainers.Reports;

/// <summary>Shows histories and reports as the last line of a notebook's cell, with their <c>ToHtml</c>.</summary>
internal sealed class NotebookFormatterSource
{
    public IEnumerable<object> CreateTypeFormatters() => [new Formatter()];

    private sealed class Formatter
    {
        public string MimeType => "text/html";

        public bool Format(object instance, TextWriter writer)
        {
            var html = instance switch
            {
                TrainingHistory history => history.ToHtml(),
                EvaluationReport report => report.ToHtml(),
                ClassificationEvaluation evaluation => evaluation.ToHtml(),
                _ => null,
            };
            writer.Write(html);
            return html is not null;
        }
    }
}
