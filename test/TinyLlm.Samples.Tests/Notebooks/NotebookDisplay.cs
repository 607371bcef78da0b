using System.Collections;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>What .NET Interactive offers every cell, recorded instead of shown.</summary>
public static class NotebookDisplay
{
    private const string Html = "text/html";
    private const string Text = "text/plain";

    private static readonly AsyncLocal<NotebookRecorder?> Current = new();

    public static NotebookHtml HTML(string text) => new(text);

    public static void display(object? value) => Record(Format(value));

    public static void Display(this object? value) => display(value);

    public static void DisplayAs(this string value, string mimeType) => Record(new NotebookOutput(mimeType, value));

    internal static void RecordTo(NotebookRecorder recorder) => Current.Value = recorder;

    // As .NET Interactive does: a text is plain, markup is markup, and other types say by an attribute who formats them. Its tables of
    // properties are not made again here, so a notebook shows only what looks the same in both.
    internal static NotebookOutput Format(object? value) => value switch
    {
        null => throw new NotebookException("Null is shown."),
        string text => new NotebookOutput(Text, text),
        NotebookHtml html => new NotebookOutput(Html, html.Text),
        _ => Formatters(value.GetType()).Select(formatter => Format(formatter, value)).OfType<NotebookOutput>().FirstOrDefault()
            ?? throw new NotebookException(
                $"A {value.GetType()} is shown; show a text, HTML(...), or a type with a TypeFormatterSourceAttribute."),
    };

    private static void Record(NotebookOutput output) =>
        (Current.Value ?? throw new InvalidOperationException("No cell is running.")).Outputs.Add(output);

    private static IEnumerable<object> Formatters(Type type) =>
        from attribute in type.GetCustomAttributes(inherit: true)
        where attribute.GetType().Name == "TypeFormatterSourceAttribute"
        let source = Activator.CreateInstance((Type)Property(attribute, "FormatterSourceType"))
        from formatter in ((IEnumerable)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!).Cast<object>()
        where Html.Equals(Property(formatter, "MimeType"))
        select formatter;

    private static NotebookOutput? Format(object formatter, object value)
    {
        using var writer = new StringWriter();
        var format = formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)])!;
        return (bool)format.Invoke(formatter, [value, writer])! ? new NotebookOutput(Html, writer.ToString()) : null;
    }

    private static object Property(object value, string name) => value.GetType().GetProperty(name)!.GetValue(value)!;
}
