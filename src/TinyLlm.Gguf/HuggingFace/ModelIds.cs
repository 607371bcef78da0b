namespace TinyLlm.Gguf;

/// <summary>The tokens that <c>config.json</c> and <c>generation_config.json</c> name by their ids.</summary>
internal sealed record ModelIds(int? Size, int? Begin, int[] Ends, int? Padding)
{
    public const string GenerationConfig = "generation_config.json";

    /// <summary>Gets what no file names.</summary>
    public static ModelIds None { get; } = new(null, null, [], null);

    /// <summary>Reads a folder's files, each where it is there; <c>generation_config.json</c> decides, as in <c>generate</c>.</summary>
    public static ModelIds Read(string folder)
    {
        var ids = None;
        foreach (var name in new[] { HuggingFaceConfig.FileName, GenerationConfig })
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                continue;
            using var json = JsonFile.Parse(path);
            var settings = new JsonSettings($"'{path}'", json.RootElement);
            if (name == GenerationConfig)
                HuggingFaceSettings.Generation.Check(settings.Where, settings.Root);
            var (begin, ends) = (settings.Ids("bos_token_id"), settings.Ids("eos_token_id"));
            if (begin.Length > 1)
                throw new NotSupportedException($"{settings.Where} lists {begin.Length} tokens as bos_token_id; one is supported.");
            ids = new ModelIds(
                name == HuggingFaceConfig.FileName && settings.Has("vocab_size") ? settings.Size("vocab_size") : ids.Size,
                begin.Length > 0 ? begin[0] : ids.Begin, ends.Length > 0 ? ends : ids.Ends, Single(settings) ?? ids.Padding);
        }

        return ids;

        // -1 stands for none in some files.
        static int? Single(JsonSettings settings) =>
            settings.Has("pad_token_id") && settings.Number("pad_token_id", -1) is >= 0 and var id ? (int)id : null;
    }

    /// <summary>Returns the token that ends a text: the one that the tokenizer names, otherwise the first of the list.</summary>
    /// <exception cref="FormatException">The named one is not in the list.</exception>
    public int? ChooseEnd(string path, TokenizerSettings settings, Func<string?, int?> id)
    {
        if (id(settings.Named("eos_token")) is not { } named)
            return Ends.Length > 0 ? Ends[0] : null;
        return Ends.Length == 0 || Ends.Contains(named)
            ? named
            : throw new FormatException(
                $"'{path}' has eos_token '{settings.Named("eos_token")}' (id {named}), and the model's eos_token_id is "
                + $"{string.Join(", ", Ends)}.");
    }
}
