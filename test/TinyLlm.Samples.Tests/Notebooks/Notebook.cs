using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>A notebook of .NET Interactive in Jupyter's format.</summary>
/// <remarks>See <see href="https://nbformat.readthedocs.io/en/latest/format_description.html"/>.</remarks>
internal sealed class Notebook
{
    private static readonly JsonSerializerOptions AsJupyter = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonNode _root;

    private Notebook(JsonNode root)
    {
        _root = root;
        if ((int?)root["nbformat"] != 4)
            throw new NotebookException($"nbformat is {root["nbformat"]?.ToString() ?? "missing"}; 4 is expected.");
        var language = (string?)root["metadata"]?["kernelspec"]?["language"];
        if (language != "C#")
            throw new NotebookException($"The kernel's language is '{language}'; C# is expected.");
        Code = [.. root["cells"]!.AsArray().Where(cell => IsCode(cell!)).Select((cell, i) => new NotebookCell(cell!.AsObject(), i + 1))];
    }

    /// <summary>Gets the cells of code.</summary>
    public IReadOnlyList<NotebookCell> Code { get; }

    public static Notebook Parse(string json) => new(JsonNode.Parse(json)!);

    public override string ToString() => _root.ToJsonString(AsJupyter) + "\n";

    private static bool IsCode(JsonNode cell) => (string?)cell["cell_type"] switch
    {
        "code" => true,
        "markdown" => false,
        var other => throw new NotebookException($"A cell has the type '{other}'; code and markdown are known."),
    };
}
