namespace TinyLlm.Gguf;

/// <summary>
/// The GGUF metadata that the files of Hugging Face have no place for, in a GGUF file without tensors beside them, so that a model
/// that goes to a folder and back is the same.
/// </summary>
internal static class FolderMetadata
{
    private const string FileName = "metadata.gguf";
    private const string KindsKey = "tokenizer.ggml.token_type";
    private const string NameKey = "general.name";
    private const string VectorKey = "tinyllm.huggingface.vector_type";
    private const string SamplingPrefix = "general.sampling.";

    // Settings of generation_config.json under llama.cpp's keys; source: gguf-py/gguf/constants.py.
    private static readonly (string Theirs, string Ours)[] Sampling =
    [
        ("temperature", "temp"), ("top_k", "top_k"), ("top_p", "top_p"), ("min_p", "min_p"), ("repetition_penalty", "penalty_repeat"),
    ];

    /// <summary>Reads a folder's further metadata.</summary>
    public static GgufMetadata Read(string folder, ModelVocabulary vocabulary)
    {
        var path = Path.Combine(folder, FileName);
        var metadata = GgufMetadata.Empty;
        if (File.Exists(path))
        {
            using var file = GgufFile.Open(path);
            metadata = file.Metadata.Without(key => key == KindsKey);
        }

        using var config = JsonFile.Parse(Path.Combine(folder, HuggingFaceConfig.FileName));
        if (!metadata.ContainsKey(NameKey) && new JsonSettings($"'{path}'", config.RootElement).Text("_name_or_path") is { Length: > 0 } name)
            metadata = metadata.With(NameKey, name.TrimEnd('/', '\\').Split('/', '\\')[^1]);
        foreach (var (key, text) in TokenizerSettings.Read(folder).ChatTemplates)
            metadata = metadata.With(key, text);
        foreach (var source in Sources(folder))
            metadata = WithSampling(metadata, source);
        return EndTokens.Set(metadata, vocabulary, ModelIds.Read(folder).Ends is { Length: > 0 } ends
            ? ends
            : EndTokens.Of(vocabulary, GgufMetadata.Empty));
    }

    /// <summary>
    /// Writes a model's further metadata, and the kinds of its tokens where the other files, written before, do not tell them.
    /// </summary>
    public static void Write(string folder, LanguageModel model)
    {
        var path = Path.Combine(folder, FileName);
        File.Delete(path);
        WriteSampling(Path.Combine(folder, ModelIds.GenerationConfig), model);
        var kinds = Kinds(folder, model.Vocabulary);
        if (model.Metadata.Count > 0 || kinds is not null)
            GgufWriter.Write(path, kinds is null ? model.Metadata : model.Metadata.With(KindsKey, kinds), []);
    }

    /// <summary>Writes the kinds of tokens where the other files, written before, do not tell them.</summary>
    public static void Write(string folder, ModelVocabulary vocabulary)
    {
        var path = Path.Combine(folder, FileName);
        File.Delete(path);
        if (Kinds(folder, vocabulary) is { } kinds)
            GgufWriter.Write(path, GgufMetadata.Empty.With(KindsKey, kinds), []);
    }

    /// <summary>Returns the vocabulary with the kinds that were written for it, as far as the tokenizer's files agree.</summary>
    public static ModelVocabulary RestoreKinds(string folder, ModelVocabulary vocabulary)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return vocabulary;
        using var file = GgufFile.Open(path);
        if (!file.Metadata.TryGetValue(KindsKey, out var value) || value.AsArray<int>(KindsKey) is not { } kinds
            || kinds.Length != vocabulary.Count)
            return vocabulary;
        return vocabulary with
        {
            Kinds = [.. vocabulary.Kinds.Zip(kinds, (told, written) => Agree(told, (TokenKind)written) ? (TokenKind)written : told)],
        };

        // A begin or end token is special in the folder whatever it is in GGUF.
        bool Agree(TokenKind told, TokenKind written) => Enum.IsDefined(written) && told switch
        {
            TokenKind.UserDefined => written == TokenKind.UserDefined,
            TokenKind.Control => written != TokenKind.UserDefined,
            _ => written is TokenKind.Undefined or TokenKind.Normal or TokenKind.Unused or TokenKind.Byte,
        };
    }

    /// <summary>Returns the type that vectors had before they were widened; null where they were not.</summary>
    public static GgufTensorType? VectorType(GgufMetadata metadata) =>
        metadata.TryGetValue(VectorKey, out var type) && Enum.TryParse<GgufTensorType>(type.AsString(VectorKey), out var parsed)
            ? parsed
            : null;

    /// <summary>Returns the metadata with the type that vectors had before they were widened.</summary>
    public static GgufMetadata WithVectorType(GgufMetadata metadata, GgufTensorType? type) => type is { } narrow
        ? metadata.With(VectorKey, narrow.ToString())
        : metadata.Without(key => key == VectorKey);

    private static int[]? Kinds(string folder, ModelVocabulary vocabulary)
    {
        var told = HuggingFaceTokenizer.Load(folder);
        // A folder without config.json does not tell how many unused tokens follow.
        return told.Kinds.AsSpan().SequenceEqual(vocabulary.Kinds.AsSpan()) ? null : [.. vocabulary.Kinds.Select(kind => (int)kind)];
    }

    private static IEnumerable<string> Sources(string folder) =>
        new[] { HuggingFaceConfig.FileName, ModelIds.GenerationConfig }.Select(name => Path.Combine(folder, name)).Where(File.Exists);

    private static GgufMetadata WithSampling(GgufMetadata metadata, string path)
    {
        using var json = JsonFile.Parse(path);
        var settings = new JsonSettings($"'{path}'", json.RootElement);
        // Without do_sample, only the penalty has an effect.
        var samples = settings.Has("do_sample") && settings.Flag("do_sample", false);
        foreach (var (theirs, ours) in Sampling)
        {
            if (!settings.Has(theirs) || (!samples && theirs != "repetition_penalty"))
                continue;
            var number = settings.Number(theirs, 0);
            var key = SamplingPrefix + ours;
            if (ours == "top_k")
                metadata = Set(key, (int)number);
            else if (number != 1 || metadata.ContainsKey(key))
                metadata = Set(key, (float)number);
        }

        return metadata;

        GgufMetadata Set(string key, object value) =>
            metadata.TryGetValue(key, out var there) && there == GgufValue.From(value) ? metadata : metadata.With(key, value);
    }

    private static void WriteSampling(string path, LanguageModel model)
    {
        File.Delete(path);
        var settings = Sampling.Where(pair => model.Metadata.ContainsKey(SamplingPrefix + pair.Ours)).ToArray();
        if (settings.Length == 0)
            return;
        JsonFile.Write(path, json =>
        {
            if (model.Vocabulary.BeginToken is { } begin)
                json.WriteNumber("bos_token_id", begin);
            EndTokens.Write(json, model.Vocabulary, model.Metadata);
            json.WriteBoolean("do_sample", settings.Any(pair => pair.Theirs != "repetition_penalty"));
            foreach (var (theirs, ours) in settings)
            {
                var key = SamplingPrefix + ours;
                if (ours == "top_k")
                    json.WriteNumber(theirs, model.Metadata[key].AsInt32(key));
                else
                    json.WriteNumber(theirs, (float)model.Metadata[key].AsDouble(key));
            }
        });
    }
}
