using System.Collections.Immutable;
using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Reads a vocabulary from <c>tokenizer.json</c> (byte-level BPE), or from <c>vocab.json</c> and <c>merges.txt</c>.</summary>
internal static class HuggingFaceTokenizer
{
    public const string Whole = "tokenizer.json";
    public const string Tokens = "vocab.json";
    public const string Merges = "merges.txt";

    // GPT-2's own files say nothing about it; this token begins and ends its texts.
    private const string EndOfText = "<|endoftext|>";

    // Classes that cut and merge as GPT-2 does where no tokenizer.json tells how.
    private static readonly string?[] PairClasses =
        [null, "GPT2Tokenizer", "GPT2TokenizerFast", "CodeGenTokenizer", "CodeGenTokenizerFast"];

    /// <summary>Reads a folder; tokens that its model has beyond the vocabulary become unused ones.</summary>
    public static ModelVocabulary Read(string folder) => Read(folder, ReadFolder(folder), TokenizerSettings.Read(folder));

    /// <summary>Reads a folder, or a <c>tokenizer.json</c> with the files beside it.</summary>
    public static ModelVocabulary Load(string path) => Guard(path, () =>
    {
        if (Directory.Exists(path))
            return Read(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Make(path, HuggingFaceTokenizerJson.Read(path), TokenizerSettings.Read(folder), ModelIds.None);
    });

    /// <summary>Reads two files, with those beside the first.</summary>
    public static ModelVocabulary Load(string vocabularyPath, string mergesPath) => Guard(vocabularyPath, () =>
    {
        var settings = TokenizerSettings.Read(Path.GetDirectoryName(Path.GetFullPath(vocabularyPath))!);
        return Make(vocabularyPath, ReadPair(vocabularyPath, mergesPath, settings), settings, ModelIds.None);
    });

    /// <summary>Turns what is missing in a file, of another kind or there twice into an error that names the file.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException
            || (e is FormatException and not (GgufFormatException or SafetensorsFormatException)
                && !e.Message.Contains(path, StringComparison.Ordinal)))
        {
            throw new FormatException($"'{path}' does not make a vocabulary: {e.Message}", e);
        }
    }

    private static ModelVocabulary Read(string folder, Parts parts, TokenizerSettings settings) =>
        FolderMetadata.RestoreKinds(folder, Make(folder, parts, settings, ModelIds.Read(folder)));

    private static Parts ReadFolder(string folder)
    {
        var whole = Path.Combine(folder, Whole);
        if (File.Exists(whole))
            return HuggingFaceTokenizerJson.Read(whole);
        var (vocabulary, merges) = (Path.Combine(folder, Tokens), Path.Combine(folder, Merges));
        return File.Exists(vocabulary) && File.Exists(merges)
            ? ReadPair(vocabulary, merges, TokenizerSettings.Read(folder))
            : throw new FileNotFoundException($"'{folder}' holds neither {Whole} nor {Tokens} with {Merges}.", vocabulary);
    }

    private static Parts ReadPair(string vocabularyPath, string mergesPath, TokenizerSettings settings)
    {
        if (!PairClasses.Contains(settings.Class))
            throw new NotSupportedException(
                $"The tokenizer of '{vocabularyPath}' is a {settings.Class}, and {Tokens} with {Merges} are read as a GPT2Tokenizer: "
                + $"save the tokenizer as {Whole}.");
        using var json = JsonFile.Parse(vocabularyPath);
        var tokens = json.RootElement.EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name);
        ImmutableArray<string> merges = [.. File.ReadLines(mergesPath).Where(
            line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))];
        // The two files do not tell added tokens from learned ones, but what no merge makes and is no byte was added.
        var learned = merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var told = settings.Added.Where(token => token.Id is not null).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
        var added = tokens
            .Where(token => !learned.Contains(token.Value) && ByteAlphabet.Decode(token.Value) is not { Length: 1 }
                && !told.Contains(token.Value))
            .Select(token => new AddedToken(token.Key, token.Value, IsSpecial: true)).ToArray();
        return new Parts(tokens, merges, added);
    }

    private static ModelVocabulary Make(string path, Parts parts, TokenizerSettings settings, ModelIds model)
    {
        var special = new Dictionary<int, bool?>();
        var ids = parts.Tokens.ToDictionary(token => token.Value, token => token.Key, StringComparer.Ordinal);
        foreach (var token in parts.Added.Concat(settings.Added.Where(token => token.Id is not null)))
            Add(path, parts, special, ids, token);
        foreach (var (role, text, where) in settings.AllNamed)
        {
            if (!ids.ContainsKey(text))
                throw new FormatException($"{where} names the {role} '{text}', which the vocabulary of '{path}' lacks.");
        }

        var highest = parts.Tokens.Keys.DefaultIfEmpty(-1).Max();
        var count = model.Size ?? highest + 1;
        if (parts.Tokens.Keys.Any(id => id < 0) || highest >= count || highest > 2 * parts.Tokens.Count + 100_000)
            throw new FormatException($"The tokenizer in '{path}' has the token id {highest}, and the model {count} tokens.");

        var endOfText = settings.NamesTokens || model.Begin is not null || model.Ends.Length > 0 ? null : Id(EndOfText);
        var begin = Begin(path, settings, parts, model, Id) ?? endOfText;
        var end = model.ChooseEnd(path, settings, Id) ?? endOfText;
        foreach (var id in settings.AllNamed.Select(named => (int?)ids[named.Text]).Append(begin).Append(end).OfType<int>())
            special[id] = special.GetValueOrDefault(id) ?? true;
        CheckOrder(path, parts.Added.Concat(settings.Added.Where(token => token.Id is not null)));
        var vocabulary = new ModelVocabulary
        {
            Tokens = [.. Enumerable.Range(0, count).Select(id => parts.Tokens.GetValueOrDefault(id, Unused(id)))],
            Kinds = [.. Enumerable.Range(0, count).Select(id =>
                !parts.Tokens.ContainsKey(id) ? TokenKind.Unused
                : !special.TryGetValue(id, out var isSpecial) ? TokenKind.Normal
                : isSpecial == true ? TokenKind.Control
                : TokenKind.UserDefined)],
            Merges = parts.Merges,
            BeginToken = begin,
            EndToken = end,
            UnknownToken = Id(settings.Named("unk_token")) ?? Id(parts.Unknown),
            PaddingToken = Id(settings.Named("pad_token")) ?? model.Padding,
            AddBeginToken = AddsBegin(path, settings, parts),
        };
        if (parts.Unknown is { } unknown && vocabulary.UnknownToken != Id(unknown))
            throw new FormatException(
                $"'{path}' has unk_token '{unknown}', and its vocabulary or the files beside it have another.");
        return AddedTokenOverlap.Problem(vocabulary) is { } problem
            ? throw new NotSupportedException($"'{path}' is not supported: {problem}.")
            : vocabulary;

        int? Id(string? text) => text is not null && ids.TryGetValue(text, out var id) ? id : null;
    }

    private static void Add(
        string path, Parts parts, Dictionary<int, bool?> special, Dictionary<string, int> ids, AddedToken token)
    {
        var id = token.Id!.Value;
        if (parts.Tokens.TryGetValue(id, out var there) && there != token.Text)
            throw new FormatException($"The tokenizer in '{path}' gives the id {id} to the added token '{token.Text}' and to '{there}'.");
        if (ids.TryGetValue(token.Text, out var other) && other != id)
            throw new FormatException($"The tokenizer in '{path}' gives the added token '{token.Text}' the ids {id} and {other}.");
        (parts.Tokens[id], ids[token.Text]) = (token.Text, id);
        if (special.TryGetValue(id, out var known) && known is { } a && token.IsSpecial is { } b && a != b)
            throw new FormatException($"The tokenizer in '{path}' calls the added token '{token.Text}' special and not special.");
        special[id] = token.IsSpecial ?? special.GetValueOrDefault(id);
    }

    // Hugging Face looks for tokens that are not normalized first, whatever stands further left.
    private static void CheckOrder(string path, IEnumerable<AddedToken> added)
    {
        var byClass = added.ToLookup(token => token.IsNormalized, token => token.Text);
        foreach (var first in byClass[false])
        {
            foreach (var second in byClass[true])
            {
                if (first != second
                    && (second.Contains(first, StringComparison.Ordinal) || AddedTokenOverlap.Find([first, second]) is not null))
                    throw new NotSupportedException(
                        $"The tokenizer in '{path}' looks for the added token '{first}' before '{second}', whose text it is part of "
                        + "(normalized is false and true); one order for both is supported.");
            }
        }
    }

    private static int? Begin(string path, TokenizerSettings settings, Parts parts, ModelIds model, Func<string?, int?> id)
    {
        var named = id(settings.Named("bos_token")) ?? model.Begin;
        if (id(settings.Named("bos_token")) is { } token && model.Begin is { } other && token != other)
            throw new FormatException(
                $"'{path}' has bos_token '{settings.Named("bos_token")}' (id {token}), and the model's bos_token_id is {other}.");
        if (parts.Begin is not { } added)
            return named;
        if (id(added.Text) != added.Id || (named is not null && named != added.Id))
            throw new FormatException(
                $"post_processor of '{path}' puts '{added.Text}' (id {added.Id}) before a text, and the begin token is "
                + $"{named?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "another"}.");
        return added.Id;
    }

    private static bool AddsBegin(string path, TokenizerSettings settings, Parts parts)
    {
        if (parts.Begin is { } added && settings.AddBeginToken == false)
            throw new FormatException(
                $"post_processor of '{path}' puts '{added.Text}' before a text, and add_bos_token in {TokenizerSettings.Config} is false.");
        return settings.AddBeginToken ?? (parts.Begin is not null);
    }

    /// <summary>Returns the name of a token that a model has and its tokenizer has not.</summary>
    public static string Unused(int id) => $"[UNUSED{id}]";

    internal sealed record Parts(Dictionary<int, string> Tokens, ImmutableArray<string> Merges, IReadOnlyList<AddedToken> Added)
    {
        /// <summary>Gets the token that is put before a text.</summary>
        public (string Text, int Id)? Begin { get; init; }

        /// <summary>Gets the token of what the vocabulary lacks.</summary>
        public string? Unknown { get; init; }
    }
}
