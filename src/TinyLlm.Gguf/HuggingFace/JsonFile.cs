using System.Text.Encodings.Web;
using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Reads and writes JSON files; errors name the file.</summary>
internal static class JsonFile
{
    public static JsonDocument Parse(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            // Readers differ in which of two equal keys they take.
            var json = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
            CheckTexts(json.RootElement);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json
                : throw new FormatException($"'{path}' must hold a JSON object.");
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"'{path}' has a text that is no Unicode: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new FormatException($"'{path}' is not valid JSON: {e.Message}", e);
        }
    }

    // A document is parsed whatever bytes and half surrogate pairs are in its texts: that is found where a text is asked for, and so here.
    private static void CheckTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    CheckTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    CheckTexts(property.Value);
                }

                break;
        }
    }

    /// <summary>Writes an object.</summary>
    public static void Write(string path, Action<Utf8JsonWriter> write) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(
            stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    });
}
