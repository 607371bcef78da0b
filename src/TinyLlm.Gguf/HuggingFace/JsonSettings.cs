using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Reads the settings of a JSON object strictly: what is there must be of its kind, and null is not a number.</summary>
internal readonly struct JsonSettings(string where, JsonElement root)
{
    public string Where => where;

    public JsonElement Root => root;

    /// <summary>Returns whether a setting is there and not null.</summary>
    public bool Has(string key) => root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Reads a whole number of at least 1 that must be there.</summary>
    public int Size(string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0
            ? size
            : throw new FormatException($"{where} must have the whole number '{key}' of at least 1{Found(key)}.");

    /// <summary>Reads a finite number; the format's own default where the setting is left out.</summary>
    public double Number(string key, double standard)
    {
        if (!root.TryGetProperty(key, out var value))
            return standard;
        return value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())
            ? value.GetDouble()
            : throw new FormatException($"{where} must have a finite number as '{key}'{Found(key)}.");
    }

    /// <summary>Reads a boolean; the format's own default where the setting is left out.</summary>
    public bool Flag(string key, bool standard)
    {
        if (!root.TryGetProperty(key, out var value))
            return standard;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new FormatException($"{where} must have true or false as '{key}'{Found(key)}.");
    }

    /// <summary>Reads a text; null where the setting is left out or null.</summary>
    public string? Text(string key)
    {
        if (!Has(key))
            return null;
        var value = root.GetProperty(key);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw new FormatException($"{where} must have a text as '{key}'{Found(key)}.");
    }

    /// <summary>Reads an id or a list of ids; empty where the setting is left out or null.</summary>
    public int[] Ids(string key)
    {
        if (!Has(key))
            return [];
        var (where, value) = (Where, root.GetProperty(key));
        var found = Found(key);
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Id)] : [Id(value)];

        int Id(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) && id >= 0
            ? id
            : throw new FormatException($"{where} must have a token's id, or a list of them, as '{key}'{found}.");
    }

    private string Found(string key) =>
        root.TryGetProperty(key, out var value) ? $" but has {SettingTable.Text(value)}" : "";
}
