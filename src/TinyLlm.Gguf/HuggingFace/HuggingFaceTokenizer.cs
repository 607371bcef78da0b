using System.Collections.Immutable;
using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Reads a vocabulary from <c>tokenizer.json</c> (byte-level BPE), or from <c>vocab.json</c> and <c>merges.txt</c>.</summary>
internal static class HuggingFaceTokenizer
{
    public const string Whole = "tokenizer.json";
    public const string Tokens = "vocab.json";
    public const string Merges = "merges.txt";
    public const string Config = "tokenizer_config.json";

    /// <summary>Reads a model's folder; tokens that the model has beyond the vocabulary become unused ones.</summary>
    public static ModelVocabulary Read(string folder, int size)
    {
        using var json = JsonFile.Parse(Path.Combine(folder, "config.json"));
        return Make(folder, ReadFolder(folder), size, Id("bos_token_id"), Id("eos_token_id"));

        int? Id(string key) =>
            json.RootElement.TryGetProperty(key, out var id) && id.ValueKind == JsonValueKind.Number ? id.GetInt32() : null;
    }

    /// <summary>
    /// Reads a <c>tokenizer.json</c>, or a folder; which tokens begin and end a text stands in <c>tokenizer_config.json</c> beside it.
    /// </summary>
    public static ModelVocabulary Load(string path) => Guard(path, () =>
    {
        var isFolder = Directory.Exists(path);
        var parts = isFolder ? ReadFolder(path) : HuggingFaceTokenizerJson.Read(path);
        var vocabulary = Make(path, parts, size: null, null, null);
        var config = Path.Combine(isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path))!, Config);
        return File.Exists(config) ? WithConfig(vocabulary, config) : WithEndOfText(vocabulary);
    });

    public static ModelVocabulary Load(string vocabularyPath, string mergesPath) =>
        Guard(vocabularyPath, () => WithEndOfText(Make(vocabularyPath, ReadPair(vocabularyPath, mergesPath), size: null, null, null)));

    private static Parts ReadFolder(string folder)
    {
        var whole = Path.Combine(folder, Whole);
        if (File.Exists(whole))
            return HuggingFaceTokenizerJson.Read(whole);
        var (vocabulary, merges) = (Path.Combine(folder, Tokens), Path.Combine(folder, Merges));
        return File.Exists(vocabulary) && File.Exists(merges)
            ? ReadPair(vocabulary, merges)
            : throw new FileNotFoundException($"'{folder}' holds neither {Whole} nor {Tokens} with {Merges}.", vocabulary);
    }

    private static Parts ReadPair(string vocabularyPath, string mergesPath)
    {
        using var json = JsonFile.Parse(vocabularyPath);
        var tokens = json.RootElement.EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name);
        ImmutableArray<string> merges = [.. File.ReadLines(mergesPath).Where(
            line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))];
        // The two files do not tell added tokens from learned ones, but what no merge makes and is no byte was added.
        var learned = merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var added = tokens.Where(token => !learned.Contains(token.Value) && ByteAlphabet.Decode(token.Value) is not { Length: 1 })
            .Select(token => new AddedToken(token.Key, token.Value, IsSpecial: true)).ToArray();
        return new Parts(tokens, merges, added);
    }

    private static ModelVocabulary Make(string path, Parts parts, int? size, int? begin, int? end)
    {
        foreach (var (id, text, _) in parts.Added)
            parts.Tokens[id] = text;
        var highest = parts.Tokens.Keys.DefaultIfEmpty(-1).Max();
        var count = size ?? highest + 1;
        if (parts.Tokens.Keys.Any(id => id < 0) || highest >= count || highest > 2 * parts.Tokens.Count + 100_000)
            throw new FormatException($"The tokenizer in '{path}' has the token id {highest}, and the model {count} tokens.");
        var special = parts.Added.ToLookup(token => token.Id, token => token.IsSpecial);
        return new ModelVocabulary
        {
            Tokens = [.. Enumerable.Range(0, count).Select(id => parts.Tokens.GetValueOrDefault(id, $"[UNUSED{id}]"))],
            Kinds = [.. Enumerable.Range(0, count).Select(id =>
                id == begin || id == end || special[id].Contains(true) ? TokenKind.Control
                : !parts.Tokens.ContainsKey(id) ? TokenKind.Unused
                : special.Contains(id) ? TokenKind.UserDefined
                : TokenKind.Normal)],
            Merges = parts.Merges,
            BeginToken = begin,
            EndToken = end,
        };
    }

    private static ModelVocabulary WithConfig(ModelVocabulary vocabulary, string path)
    {
        using var json = JsonFile.Parse(path);
        var root = json.RootElement;
        return vocabulary with
        {
            BeginToken = Id("bos_token"),
            EndToken = Id("eos_token"),
            UnknownToken = Id("unk_token"),
            PaddingToken = Id("pad_token"),
            AddBeginToken = root.TryGetProperty("add_bos_token", out var add) && add.ValueKind == JsonValueKind.True,
        };

        int? Id(string key)
        {
            if (!root.TryGetProperty(key, out var token))
                return null;
            var text = token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out var content) ? content : token;
            return text.ValueKind == JsonValueKind.String && vocabulary.Tokens.IndexOf(text.GetString()!) is >= 0 and var id ? id : null;
        }
    }

    // GPT-2's own files say nothing about it; this token begins and ends its texts.
    private static ModelVocabulary WithEndOfText(ModelVocabulary vocabulary) =>
        vocabulary.Tokens.IndexOf("<|endoftext|>") is >= 0 and var id ? vocabulary with { BeginToken = id, EndToken = id } : vocabulary;

    private static ModelVocabulary Guard(string path, Func<ModelVocabulary> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            // A value that is missing, of another kind, or there twice.
            throw new FormatException($"'{path}' does not make a vocabulary: {e.Message}", e);
        }
    }

    internal sealed record Parts(Dictionary<int, string> Tokens, ImmutableArray<string> Merges, IReadOnlyList<AddedToken> Added);

    internal sealed record AddedToken(int Id, string Text, bool IsSpecial);
}
