using System.Globalization;
using System.Text.Json.Nodes;

namespace TinyLlm.Gguf.Tests.HuggingFace;

/// <summary>Edits the JSON files of a folder, as another program would have written them.</summary>
internal static class JsonEdit
{
    /// <summary>Sets a value at a path such as <c>model.dropout</c> or <c>added_tokens.0.lstrip</c>; null JSON text removes it.</summary>
    public static void Set(string file, string path, string? json)
    {
        var root = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))! : new JsonObject();
        var names = path.Split('.');
        var at = root;
        foreach (var name in names[..^1])
            at = at is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)]! : at[name] ??= new JsonObject();
        if (json is null)
            at.AsObject().Remove(names[^1]);
        else
            at[names[^1]] = JsonNode.Parse(json);
        File.WriteAllText(file, root.ToJsonString());
    }

    public static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(file))!;
}
