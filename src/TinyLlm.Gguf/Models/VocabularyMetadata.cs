namespace TinyLlm.Gguf;

/// <summary>A vocabulary as GGUF metadata, both ways. Source: the GGUF specification and <c>llama-vocab.cpp</c>.</summary>
internal static class VocabularyMetadata
{
    private const string Prefix = "tokenizer.ggml.";

    private static readonly string[] Keys =
    [
        "model", "pre", "tokens", "token_type", "merges", "bos_token_id", "eos_token_id", "unknown_token_id", "padding_token_id",
        "add_bos_token",
    ];

    // Pre-tokenizers with which llama.cpp adds a begin token unless the file says otherwise.
    private static readonly string[] AddsBegin =
        ["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "chameleon", "tekken"];

    /// <summary>Returns whether a key follows from a vocabulary.</summary>
    public static bool IsDerived(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) && Keys.Contains(key[Prefix.Length..]);

    public static IEnumerable<KeyValuePair<string, GgufValue>> Of(ModelVocabulary vocabulary)
    {
        var values = new List<KeyValuePair<string, GgufValue>>();
        Add("model", "gpt2");
        Add("pre", vocabulary.PreTokenizer);
        Add("tokens", vocabulary.Tokens.ToArray());
        Add("token_type", vocabulary.Kinds.Select(kind => (int)kind).ToArray());
        Add("merges", vocabulary.Merges.ToArray());
        Add("bos_token_id", (uint?)vocabulary.BeginToken);
        Add("eos_token_id", (uint?)vocabulary.EndToken);
        Add("unknown_token_id", (uint?)vocabulary.UnknownToken);
        Add("padding_token_id", (uint?)vocabulary.PaddingToken);
        Add("add_bos_token", vocabulary.AddBeginToken);
        return values;

        void Add(string key, object? value)
        {
            if (value is not null)
                values.Add(KeyValuePair.Create(Prefix + key, GgufValue.From(value)));
        }
    }

    public static ModelVocabulary Read(GgufMetadata metadata)
    {
        const string ModelKey = Prefix + "model";
        var model = metadata.Require(ModelKey);
        if (model.AsString(ModelKey) != "gpt2")
            throw new GgufFormatException($"The tokenizer must be byte-level BPE ('gpt2') but is {model}.", model.Offset);
        var kinds = metadata.TryGetValue(Prefix + "token_type", out var types) ? types.AsArray<int>(Prefix + "token_type") : null;
        // llama.cpp does not take GPT-2's rule for granted.
        var preTokenizer = metadata.TryGetValue(Prefix + "pre", out var pre) ? pre.AsString(Prefix + "pre") : "default";
        return new ModelVocabulary
        {
            Tokens = [.. metadata.Require(Prefix + "tokens").AsArray<string>(Prefix + "tokens")],
            Kinds = kinds is null ? default : [.. kinds.Select(kind => (TokenKind)kind)],
            Merges = metadata.TryGetValue(Prefix + "merges", out var merges) ? [.. merges.AsArray<string>(Prefix + "merges")] : [],
            PreTokenizer = preTokenizer,
            BeginToken = Token("bos_token_id"),
            EndToken = Token("eos_token_id"),
            UnknownToken = Token("unknown_token_id"),
            PaddingToken = Token("padding_token_id"),
            AddBeginToken = metadata.TryGetValue(Prefix + "add_bos_token", out var add)
                ? add.AsBoolean(Prefix + "add_bos_token")
                : AddsBegin.Contains(preTokenizer),
        };

        int? Token(string key) => metadata.TryGetValue(Prefix + key, out var id) ? id.AsInt32(Prefix + key) : null;
    }
}
