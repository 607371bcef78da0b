using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>
/// The settings that a file may hold: each is honoured by who reads it, has no effect on a number or a token, or is refused unless its
/// value is neutral. A setting that is in none of these lists is refused as unknown.
/// </summary>
internal sealed class SettingTable
{
    private readonly FrozenDictionary<string, string[]?> _neutral;

    /// <summary>Makes a table.</summary>
    /// <param name="honoured">Names, parted by white space.</param>
    /// <param name="withoutEffect">Names, parted by white space.</param>
    /// <param name="refused">Names, parted by white space, each group with its neutral values.</param>
    public SettingTable(string honoured, string withoutEffect, params (string Names, string[] Neutral)[] refused)
    {
        (Honoured, WithoutEffect) = (Split(honoured), Split(withoutEffect));
        Refused = [.. refused.SelectMany(group => Split(group.Names).Select(name => (name, group.Neutral)))];
        _neutral = Honoured.Concat(WithoutEffect).Select(name => KeyValuePair.Create(name, (string[]?)null))
            .Concat(Refused.Select(entry => KeyValuePair.Create(entry.Name, (string[]?)entry.Neutral)))
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Gets the settings that are read.</summary>
    public string[] Honoured { get; }

    /// <summary>Gets the settings that change neither a number nor a token.</summary>
    public string[] WithoutEffect { get; }

    /// <summary>Gets the settings that must have one of their neutral values.</summary>
    public (string Name, string[] Neutral)[] Refused { get; }

    /// <summary>Returns this table with more settings.</summary>
    public SettingTable And(string honoured, string withoutEffect, params (string Names, string[] Neutral)[] refused) => new(
        string.Join(' ', Honoured) + " " + honoured,
        string.Join(' ', WithoutEffect) + " " + withoutEffect,
        [.. Refused.Select(entry => (entry.Name, entry.Neutral)), .. refused]);

    /// <summary>Returns what is wrong with a setting; <see langword="null"/> where nothing is.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="value">Its value as text, <c>null</c> for none.</param>
    public string? Problem(string name, string value) =>
        !_neutral.TryGetValue(name, out var neutral) ? $"{name} '{value}', a setting that this library does not know"
        : neutral is null || neutral.Contains(value, StringComparer.Ordinal) ? null
        : neutral.Length == 0 ? $"{name} '{value}', which is not supported"
        : $"{name} '{value}'; {string.Join(" or ", neutral.Select(text => $"'{text}'"))} is supported";

    /// <summary>Refuses what a JSON object holds beyond the table; null is neutral everywhere.</summary>
    /// <param name="where">The file, and the place in it where it is not the whole.</param>
    /// <param name="settings">The object.</param>
    /// <exception cref="NotSupportedException">A setting is unknown, or not neutral; the message names every one.</exception>
    public void Check(string where, JsonElement settings)
    {
        if (settings.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{where} must be a JSON object but is {Text(settings)}.");
        var problems = settings.EnumerateObject()
            .Where(setting => setting.Value.ValueKind != JsonValueKind.Null || !_neutral.ContainsKey(setting.Name))
            .Select(setting => Problem(setting.Name, Text(setting.Value))).OfType<string>().ToArray();
        if (problems.Length > 0)
            throw new NotSupportedException($"{where} has {string.Join(", and ", problems)}.");
    }

    /// <summary>Returns a value as the text that tables name it by: numbers in their shortest form.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => value.GetRawText() is { Length: <= 60 } text
            ? string.Concat(text.Where(c => !char.IsWhiteSpace(c)))
            : $"{value.GetRawText()[..60]}…",
    };

    /// <summary>Returns a value as the text that tables name it by.</summary>
    public static string Text(GgufValue value) => value.Value switch
    {
        bool flag => flag ? "true" : "false",
        string text => text,
        GgufArray => value.ToString(),
        var number => Convert.ToDouble(number, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
    };

    private static string[] Split(string names) => names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
