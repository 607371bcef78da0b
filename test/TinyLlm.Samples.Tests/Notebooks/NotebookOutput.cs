using System.Text.Json.Nodes;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>Something that a cell showed; without a type it went to the standard output.</summary>
internal sealed record NotebookOutput(string? MimeType, string Text)
{
    /// <summary>Reads an output as a file of nbformat 4 holds it.</summary>
    public static NotebookOutput Read(JsonNode output) => (string?)output["output_type"] switch
    {
        "stream" => new(null, Join(output["text"])),
        "display_data" => Read(output["data"]!.AsObject().Single()),
        var other => throw new NotebookException(
            $"An output of the type '{other}' is stored; stream and display_data are known. Run the test with TINYLLM_APPROVE=1."),
    };

    /// <summary>Returns the output as a file of nbformat 4 holds it: a list of lines.</summary>
    public JsonObject Write() => MimeType is null
        ? new() { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Split() }
        : new() { ["data"] = new JsonObject { [MimeType] = Split() }, ["metadata"] = new JsonObject(), ["output_type"] = "display_data" };

    private static NotebookOutput Read(KeyValuePair<string, JsonNode?> data) => new(data.Key, Join(data.Value));

    private static string Join(JsonNode? lines) => string.Concat(lines!.AsArray().Select(line => (string?)line));

    private JsonArray Split()
    {
        var lines = new JsonArray();
        for (int start = 0, end; start < Text.Length; start = end)
        {
            end = Text.IndexOf('\n', start) is >= 0 and var at ? at + 1 : Text.Length;
            lines.Add(Text[start..end]);
        }

        return lines;
    }
}
