using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>What <c>tokenizer.json</c> adds to a text's tokens: nothing, or the begin token before them.</summary>
internal static class PostProcessor
{
    // ByteLevel moves offsets only.
    private static readonly SettingTable ByteLevel = new("type", "add_prefix_space trim_offsets use_regex");
    private static readonly SettingTable Sequence = new("type processors", "");
    private static readonly SettingTable Template = new("type single special_tokens", "pair");
    private static readonly SettingTable Piece = new("id", "type_id");

    /// <summary>Returns the token that is put before a text, with its id; null where nothing is added.</summary>
    /// <exception cref="NotSupportedException">Other tokens are added.</exception>
    public static (string Text, int Id)? ReadBegin(string where, JsonElement processor)
    {
        if (processor.ValueKind == JsonValueKind.Null)
            return null;
        where = $"post_processor of {where}";
        var type = processor.ValueKind == JsonValueKind.Object ? new JsonSettings(where, processor).Text("type") : null;
        switch (type)
        {
            case "ByteLevel":
                ByteLevel.Check(where, processor);
                return null;
            case "Sequence":
                Sequence.Check(where, processor);
                (string, int)? found = null;
                foreach (var begin in processor.GetProperty("processors").EnumerateArray().Select(inner => ReadBegin(where, inner)))
                {
                    if (found is not null && begin is not null)
                        throw new NotSupportedException($"{where} adds tokens twice, which is not supported.");
                    found ??= begin;
                }

                return found;
            case "TemplateProcessing":
                Template.Check(where, processor);
                return ReadTemplate(where, processor);
            default:
                throw new NotSupportedException(
                    $"{where} is {type ?? "of no stated type"}; ByteLevel and TemplateProcessing with a begin token are supported.");
        }
    }

    /// <summary>Writes the template that puts a token before a text.</summary>
    public static void WriteBegin(Utf8JsonWriter json, string token, int id)
    {
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        WritePieces("single", ("SpecialToken", token, 0), ("Sequence", "A", 0));
        WritePieces("pair", ("SpecialToken", token, 0), ("Sequence", "A", 0), ("Sequence", "B", 1));
        json.WriteStartObject("special_tokens");
        json.WriteStartObject(token);
        json.WriteString("id", token);
        json.WriteStartArray("ids");
        json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteStartArray("tokens");
        json.WriteStringValue(token);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();

        void WritePieces(string name, params ReadOnlySpan<(string Kind, string Id, int Type)> pieces)
        {
            json.WriteStartArray(name);
            foreach (var (kind, piece, type) in pieces)
            {
                json.WriteStartObject();
                json.WriteStartObject(kind);
                json.WriteString("id", piece);
                json.WriteNumber("type_id", type);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static (string, int)? ReadTemplate(string where, JsonElement processor)
    {
        var pieces = processor.GetProperty("single").EnumerateArray().Select(piece => piece.EnumerateObject().Single()).ToArray();
        foreach (var piece in pieces)
            Piece.Check(where, piece.Value);
        var form = string.Join(' ', pieces.Select(piece => piece.Name == "Sequence" ? "$A" : piece.Value.GetProperty("id").GetString()));
        if (pieces is [{ Name: "Sequence" }])
            return null;
        if (pieces is not [{ Name: "SpecialToken" } begin, { Name: "Sequence" }])
            throw new NotSupportedException($"{where} makes '{form}' of a text '$A'; a begin token before it is supported.");
        var name = begin.Value.GetProperty("id").GetString()!;
        if (processor.TryGetProperty("special_tokens", out var specials) && specials.ValueKind == JsonValueKind.Object
            && specials.TryGetProperty(name, out var special) && special.GetProperty("tokens") is var tokens
            && new JsonSettings(where, special).Ids("ids") is [var id] && tokens.GetArrayLength() == 1)
            return (tokens[0].GetString()!, id);
        throw new NotSupportedException($"{where} has no single token for '{name}' in special_tokens; one is supported.");
    }
}
