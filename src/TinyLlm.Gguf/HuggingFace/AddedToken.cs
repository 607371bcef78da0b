using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>A token that was added to a vocabulary and is kept whole.</summary>
/// <param name="Id">The id; null where only its text is told.</param>
/// <param name="Text">The text.</param>
/// <param name="IsSpecial">Whether it steers the model; null where that is not told.</param>
/// <param name="IsNormalized">Whether it is looked for only after all that are not.</param>
internal sealed record AddedToken(int? Id, string Text, bool? IsSpecial, bool IsNormalized = false)
{
    /// <summary>Reads a token: its text, or an object with it.</summary>
    /// <exception cref="NotSupportedException">It takes white space along, or is found in whole words only.</exception>
    public static AddedToken Read(string where, JsonElement token, int? id = null)
    {
        if (token.ValueKind == JsonValueKind.String)
            return new AddedToken(id, NotEmpty(where, token.GetString()), null);
        if (token.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{where} has {SettingTable.Text(token)} where a token is expected.");
        var settings = new JsonSettings(where, token);
        var text = NotEmpty(where, settings.Text("content"));
        where = $"The token '{text}' of {where}";
        HuggingFaceSettings.AddedToken.Check(where, token);
        settings = new JsonSettings(where, token);
        var ids = settings.Ids("id");
        return new AddedToken(
            id ?? (ids.Length == 1 ? ids[0] : null), text,
            settings.Has("special") ? settings.Flag("special", false) : null, settings.Flag("normalized", false));
    }

    private static string NotEmpty(string where, string? text) =>
        text is { Length: > 0 } ? text : throw new FormatException($"{where} has an added token without a text.");
}
