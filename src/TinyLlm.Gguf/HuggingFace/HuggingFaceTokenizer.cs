using System.Collections.Immutable;
using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>A vocabulary as <c>tokenizer.json</c> (byte-level BPE), or as <c>vocab.json</c> and <c>merges.txt</c>.</summary>
internal static class HuggingFaceTokenizer
{
    private const string Whole = "tokenizer.json";
    private const string Tokens = "vocab.json";
    private const string Merges = "merges.txt";

    /// <summary>Reads what a folder holds; tokens that a model has beyond the vocabulary become unused ones.</summary>
    public static ModelVocabulary Read(string folder, int size)
    {
        var (tokens, merges, added) = File.Exists(Path.Combine(folder, Whole)) ? ReadWhole(Path.Combine(folder, Whole)) : ReadPair(folder);
        foreach (var (id, text, _) in added)
            tokens[id] = text;
        if (tokens.Keys.Any(id => id < 0 || id >= size))
            throw new FormatException($"The tokenizer in '{folder}' has the token id {tokens.Keys.Max()}, and the model {size} tokens.");
        var special = added.Where(token => token.IsSpecial).Select(token => token.Id).ToHashSet();
        var (begin, end) = ReadSpecial(folder);
        return new ModelVocabulary
        {
            Tokens = [.. Enumerable.Range(0, size).Select(id => tokens.GetValueOrDefault(id, $"[UNUSED{id}]"))],
            Kinds = [.. Enumerable.Range(0, size).Select(id =>
                special.Contains(id) || id == begin || id == end ? TokenKind.Control
                : !tokens.ContainsKey(id) ? TokenKind.Unused
                : added.Any(token => token.Id == id) ? TokenKind.UserDefined
                : TokenKind.Normal)],
            Merges = merges,
            BeginToken = begin,
            EndToken = end,
        };
    }

    public static void Write(string folder, ModelVocabulary vocabulary)
    {
        JsonFile.Write(Path.Combine(folder, Tokens), json =>
        {
            for (var id = 0; id < vocabulary.Count; id++)
                json.WriteNumber(vocabulary.Tokens[id], id);
        });
        AtomicFile.Write(Path.Combine(folder, Merges), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine("#version: 0.2");
            foreach (var merge in vocabulary.Merges)
                writer.WriteLine(merge);
        });
    }

    private static (Dictionary<int, string> Tokens, ImmutableArray<string> Merges, List<(int Id, string Text, bool IsSpecial)> Added) ReadWhole(string path)
    {
        using var json = JsonFile.Parse(path);
        var root = json.RootElement;
        var model = root.GetProperty("model");
        if (model.GetProperty("type").GetString() != "BPE" || !IsByteLevel(root))
            throw new NotSupportedException($"'{path}' is not a byte-level BPE tokenizer in GPT-2's manner, which alone is supported.");
        var tokens = model.GetProperty("vocab").EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name);
        ImmutableArray<string> merges = [.. model.GetProperty("merges").EnumerateArray()
            .Select(merge => merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}")];
        var added = new List<(int, string, bool)>();
        if (root.TryGetProperty("added_tokens", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var token in list.EnumerateArray())
                added.Add((token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!, token.TryGetProperty("special", out var special) && special.GetBoolean()));
        }

        return (tokens, merges, added);
    }

    // The pre-tokenizer must be ByteLevel with GPT-2's own pattern: another pattern cuts text otherwise.
    private static bool IsByteLevel(JsonElement root) =>
        root.TryGetProperty("pre_tokenizer", out var pre) && pre.ValueKind == JsonValueKind.Object && pre.GetProperty("type").GetString() == "ByteLevel"
        && (!pre.TryGetProperty("use_regex", out var useRegex) || useRegex.GetBoolean());

    private static (Dictionary<int, string> Tokens, ImmutableArray<string> Merges, List<(int Id, string Text, bool IsSpecial)> Added) ReadPair(string folder)
    {
        var (vocabulary, merges) = (Path.Combine(folder, Tokens), Path.Combine(folder, Merges));
        if (!File.Exists(vocabulary) || !File.Exists(merges))
            throw new FileNotFoundException($"'{folder}' holds neither {Whole} nor {Tokens} with {Merges}.", vocabulary);
        using var json = JsonFile.Parse(vocabulary);
        return (
            json.RootElement.EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name),
            [.. File.ReadLines(merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))],
            []);
    }

    private static (int? Begin, int? End) ReadSpecial(string folder)
    {
        using var json = JsonFile.Parse(Path.Combine(folder, "config.json"));
        return (Id("bos_token_id"), Id("eos_token_id"));

        int? Id(string key) => json.RootElement.TryGetProperty(key, out var id) && id.ValueKind == JsonValueKind.Number ? id.GetInt32() : null;
    }
}
