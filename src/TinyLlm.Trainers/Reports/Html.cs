using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Reports;

/// <summary>The elements that reports are made of, as text.</summary>
internal static class Html
{
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Returns a fragment that looks the same in a page and in a notebook.</summary>
    public static string Fragment(string body) => $"<div class=\"{ReportStyle.Class}\"><style>{ReportStyle.Sheet}</style>{body}</div>";

    /// <summary>Writes a whole page; the file appears when it is complete.</summary>
    public static void Save(string path, string title, string body)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Page(title, $"<h1>{Escape(title)}</h1>{body}"))));
    }

    public static string Heading(string text, int level = 2) => $"<h{level}>{Escape(text)}</h{level}>";

    /// <summary>Returns a picture or a table with its caption above.</summary>
    public static string Figure(string caption, string content) =>
        $"<figure><figcaption>{Escape(caption)}</figcaption>{content}</figure>";

    /// <summary>Returns names with their values; the texts are escaped.</summary>
    public static string List(IEnumerable<(string Name, string Value)> rows) =>
        $"<dl>{string.Concat(rows.Select(row => $"<dt>{Escape(row.Name)}</dt><dd>{Escape(row.Value)}</dd>"))}</dl>";

    /// <summary>Returns a table, on narrow screens a list for each of its rows; the texts are escaped.</summary>
    public static string Table(string caption, IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new StringBuilder($"<div class=\"scroll\"><table class=\"list\"><caption>{Escape(caption)}</caption><thead><tr>");
        foreach (var header in headers)
            table.Append($"<th scope=\"col\">{Escape(header)}</th>");
        table.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            table.Append("<tr>");
            foreach (var (header, cell) in headers.Zip(row))
                table.Append($"<td data-name=\"{Escape(header)}\">{Escape(cell)}</td>");
            table.Append("</tr>");
        }

        return table.Append("</tbody></table></div>").ToString();
    }

    [return: NotNullIfNotNull(nameof(value))]
    public static string? Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture);

    public static string Percent(double value) => Number(100 * value, "F1") + " %";

    [return: NotNullIfNotNull(nameof(value))]
    public static string? Bytes(long? value) => value switch
    {
        null => null,
        < 1_000_000 => Number(value / 1e3, "F1") + " kB",
        _ => Number(value / 1e6, "F1") + " MB",
    };

    // A whole page that needs no other file.
    private static string Page(string title, string body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Escape(title)}</title>
        <style>{ReportStyle.Sheet}
        body {"{"} margin: 2em auto; max-width: 66em; padding: 0 1em; {"}"}</style>
        </head>
        <body class="{ReportStyle.Class}">
        {body}
        </body>
        </html>

        """;
}
