using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>
/// What the files beside a tokenizer say: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c>.
/// </summary>
internal sealed class TokenizerSettings
{
    public const string Config = "tokenizer_config.json";
    public const string SpecialTokens = "special_tokens_map.json";
    public const string AddedTokens = "added_tokens.json";
    private const string ChatTemplate = "chat_template.jinja";

    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "pad_token", "cls_token", "sep_token", "mask_token"];
    private static readonly string[] Lists = ["additional_special_tokens", "extra_special_tokens", "model_specific_special_tokens"];

    private readonly Dictionary<string, (string Text, string Where)> _named = new(StringComparer.Ordinal);

    /// <summary>Gets whether any file names special tokens.</summary>
    public bool NamesTokens { get; private set; }

    /// <summary>Gets whether the begin token is put before every text; null where that is not told.</summary>
    public bool? AddBeginToken { get; private set; }

    /// <summary>Gets the Python class of the tokenizer; null where it is not told.</summary>
    public string? Class { get; private set; }

    /// <summary>Gets the chat templates under GGUF's keys.</summary>
    public List<(string Key, string Text)> ChatTemplates { get; } = [];

    /// <summary>Gets the tokens that the files add or name.</summary>
    public List<AddedToken> Added { get; } = [];

    /// <summary>Reads the files of a folder, each where it is there.</summary>
    /// <exception cref="NotSupportedException">A setting changes tokens in a way that this library does not have.</exception>
    /// <exception cref="FormatException">A file is not valid, or two files contradict each other.</exception>
    public static TokenizerSettings Read(string folder)
    {
        var settings = new TokenizerSettings();
        settings.ReadAdded(Path.Combine(folder, AddedTokens));
        settings.ReadConfig(Path.Combine(folder, Config));
        settings.ReadMap(Path.Combine(folder, SpecialTokens));
        if (settings.ChatTemplates.Count == 0 && File.Exists(Path.Combine(folder, ChatTemplate)))
            settings.ChatTemplates.Add(("tokenizer.chat_template", File.ReadAllText(Path.Combine(folder, ChatTemplate))));
        return settings;
    }

    /// <summary>Returns the text of a named token, such as <c>bos_token</c>; null where no file names one.</summary>
    public string? Named(string role) => _named.TryGetValue(role, out var token) ? token.Text : null;

    /// <summary>Returns every named token with who names it, to see that the vocabulary has them.</summary>
    public IEnumerable<(string Role, string Text, string Where)> AllNamed =>
        _named.Select(entry => (entry.Key, entry.Value.Text, entry.Value.Where));

    private void ReadConfig(string path)
    {
        if (!File.Exists(path))
            return;
        using var json = JsonFile.Parse(path);
        var settings = new JsonSettings($"'{path}'", json.RootElement);
        HuggingFaceSettings.TokenizerConfig.Check(settings.Where, settings.Root);
        if (settings.Has("added_tokens_decoder"))
        {
            foreach (var (id, token) in Entries(settings, "added_tokens_decoder"))
            {
                Added.Add(AddedToken.Read(settings.Where, token, int.TryParse(id, out var number) && number >= 0
                    ? number
                    : throw new FormatException($"{settings.Where} has '{id}' where added_tokens_decoder has ids.")));
            }
        }

        NamesTokens = true;
        ReadNames(settings);
        Class = settings.Text("tokenizer_class");
        AddBeginToken = settings.Has("add_bos_token") ? settings.Flag("add_bos_token", false) : null;
        if (AddBeginToken is null && Class is "LlamaTokenizer" or "LlamaTokenizerFast" && AddBeginToken is null)
            throw new NotSupportedException(
                $"{settings.Where} has tokenizer_class '{Class}' and does not say whether it adds a begin token: set add_bos_token.");
        ReadChatTemplates(settings);
    }

    private void ReadChatTemplates(JsonSettings settings)
    {
        const string Key = "tokenizer.chat_template";
        if (!settings.Has("chat_template"))
            return;
        var template = settings.Root.GetProperty("chat_template");
        if (template.ValueKind != JsonValueKind.Array)
        {
            ChatTemplates.Add((Key, settings.Text("chat_template")!));
            return;
        }

        foreach (var entry in template.EnumerateArray())
        {
            var named = new JsonSettings($"chat_template of {settings.Where}", entry);
            if (entry.ValueKind != JsonValueKind.Object || named.Text("name") is not { } name || named.Text("template") is not { } text)
                throw new FormatException($"{named.Where} must hold a text, or entries with a name and a template.");
            ChatTemplates.Add((name == "default" ? Key : $"{Key}.{name}", text));
        }
    }

    private void ReadMap(string path)
    {
        if (!File.Exists(path))
            return;
        using var json = JsonFile.Parse(path);
        var settings = new JsonSettings($"'{path}'", json.RootElement);
        HuggingFaceSettings.SpecialTokens.Check(settings.Where, settings.Root);
        NamesTokens = true;
        ReadNames(settings);
    }

    private void ReadAdded(string path)
    {
        if (!File.Exists(path))
            return;
        using var json = JsonFile.Parse(path);
        foreach (var token in json.RootElement.EnumerateObject())
        {
            Added.Add(token.Value.ValueKind == JsonValueKind.Number && token.Value.TryGetInt32(out var id) && id >= 0 && token.Name != ""
                ? new AddedToken(id, token.Name, null)
                : throw new FormatException(
                    $"'{path}' must hold texts with their ids but has '{token.Name}': {SettingTable.Text(token.Value)}."));
        }
    }

    private void ReadNames(JsonSettings settings)
    {
        foreach (var role in Roles.Where(settings.Has))
        {
            var token = AddedToken.Read(settings.Where, settings.Root.GetProperty(role));
            Name(role, token.Text, settings.Where);
            Added.Add(token with { IsSpecial = null });
        }

        foreach (var list in Lists.Where(settings.Has))
            AddAll(settings.Root.GetProperty(list));

        void AddAll(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    AddAll(item);
            }
            else if (element.ValueKind == JsonValueKind.Object && !element.TryGetProperty("content", out _))
            {
                foreach (var item in element.EnumerateObject())
                    AddAll(item.Value);
            }
            else
            {
                var token = AddedToken.Read(settings.Where, element);
                Name(token.Text, token.Text, settings.Where);
                Added.Add(token with { IsSpecial = null });
            }
        }
    }

    private void Name(string role, string text, string where)
    {
        if (_named.TryGetValue(role, out var other) && other.Text != text)
            throw new FormatException($"{where} names the {role} '{text}', and {other.Where} names '{other.Text}'.");
        _named[role] = (text, where);
    }

    private static IEnumerable<(string Name, JsonElement Value)> Entries(JsonSettings settings, string key)
    {
        var value = settings.Root.GetProperty(key);
        return value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(entry => (entry.Name, entry.Value))
            : throw new FormatException($"{settings.Where} must have an object as '{key}'.");
    }
}
