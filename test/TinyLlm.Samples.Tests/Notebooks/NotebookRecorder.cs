using System.Text;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>Keeps what a cell shows and what it writes to the console, in order.</summary>
internal sealed class NotebookRecorder : TextWriter
{
    public NotebookRecorder() => NewLine = "\n"; // as notebooks are stored, on every system

    public List<NotebookOutput> Outputs { get; } = [];

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        if (Outputs.LastOrDefault() is { MimeType: null } stream)
            Outputs[^1] = stream with { Text = stream.Text + value };
        else if (!string.IsNullOrEmpty(value))
            Outputs.Add(new NotebookOutput(null, value));
    }
}
