using System.Collections.Immutable;
using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Reads <c>tokenizer.json</c> and refuses what makes other tokens than GPT-2's byte-level BPE.</summary>
internal static class HuggingFaceTokenizerJson
{
    // GPT-2's own pattern, which ByteLevel has built in.
    private const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly SettingTable ByteLevel = new("type use_regex add_prefix_space", "trim_offsets");
    private static readonly SettingTable Split = new("type pattern", "", ("behavior", ["Isolated"]), ("invert", ["false"]));

    public static HuggingFaceTokenizer.Parts Read(string path)
    {
        using var json = JsonFile.Parse(path);
        var (where, root) = ($"'{path}'", json.RootElement);
        var model = root.GetProperty("model");
        var reasons = Reasons(root, model).ToArray();
        if (reasons.Length > 0)
        {
            throw new NotSupportedException(
                $"'{path}' is not a byte-level BPE tokenizer in GPT-2's manner, which alone is supported: {string.Join("; ", reasons)}. "
                + "A GGUF of the model runs with SentencePiece, too.");
        }

        HuggingFaceSettings.Tokenizer.Check(where, root);
        HuggingFaceSettings.Bpe.Check($"model of {where}", model);
        var tokens = model.GetProperty("vocab").EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name);
        ImmutableArray<string> merges = [.. model.GetProperty("merges").EnumerateArray()
            .Select(merge =>
                merge.ValueKind == JsonValueKind.String ? merge.GetString()!
                : merge.GetArrayLength() == 2 ? $"{merge[0].GetString()} {merge[1].GetString()}"
                : throw new FormatException($"'{path}' has a merge of {merge.GetArrayLength()} parts; 2 are expected."))];
        var added = new List<AddedToken>();
        if (root.TryGetProperty("added_tokens", out var list) && list.ValueKind != JsonValueKind.Null)
        {
            foreach (var token in list.EnumerateArray())
            {
                if (!token.TryGetProperty("id", out _))
                    throw new FormatException($"{where} has an added token without an id.");
                var read = AddedToken.Read(where, token);
                added.Add(read with { IsSpecial = read.IsSpecial ?? false });
            }
        }

        return new HuggingFaceTokenizer.Parts(tokens, merges, added)
        {
            Begin = root.TryGetProperty("post_processor", out var processor) ? PostProcessor.ReadBegin(where, processor) : null,
            Unknown = new JsonSettings($"model of {where}", model).Text("unk_token"),
        };
    }

    private static IEnumerable<string> Reasons(JsonElement root, JsonElement model)
    {
        if (TypeOf(model) != "BPE")
            yield return $"its model is {TypeOf(model)}";
        if (IsTrue(model, "ignore_merges"))
            yield return "it ignores merges for whole words";
        foreach (var affix in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (model.TryGetProperty(affix, out var text) && text.ValueKind == JsonValueKind.String
                && text.GetString() is { Length: > 0 } value)
                yield return $"it has the {affix} '{value}'";
        }

        if (root.TryGetProperty("normalizer", out var normalizer) && normalizer.ValueKind != JsonValueKind.Null
            && !IsEmptySequence(normalizer, "normalizers"))
            yield return $"it changes the text first ({TypeOf(normalizer)})";
        if (root.TryGetProperty("decoder", out var decoder) && decoder.ValueKind != JsonValueKind.Null
            && TypeOf(Only(decoder, "decoders")) != "ByteLevel")
            yield return $"its decoder is {TypeOf(decoder)}";

        // ByteLevel cuts by GPT-2's own pattern, unless it is told to leave that to another.
        if (!root.TryGetProperty("pre_tokenizer", out var pre) || pre.ValueKind != JsonValueKind.Object)
        {
            yield return "it has no pre-tokenizer";
            yield break;
        }

        var isSplit = false;
        pre = Only(pre, "pretokenizers");
        if (TypeOf(pre) == "Sequence" && pre.TryGetProperty("pretokenizers", out var two) && two.ValueKind == JsonValueKind.Array
            && two.GetArrayLength() == 2 && TypeOf(two[0]) == "Split" && TypeOf(two[1]) == "ByteLevel"
            && two[0].TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.Object
            && pattern.TryGetProperty("Regex", out var regex) && SettingTable.Text(regex) == Gpt2Pattern)
        {
            Split.Check("Split of the pre-tokenizer", two[0]);
            (isSplit, pre) = (true, two[1]);
        }

        if (TypeOf(pre) != "ByteLevel")
        {
            yield return $"its pre-tokenizer is {TypeOf(pre)}";
            yield break;
        }

        ByteLevel.Check("ByteLevel of the pre-tokenizer", pre);
        var cuts = !pre.TryGetProperty("use_regex", out var useRegex) || useRegex.ValueKind != JsonValueKind.False;
        if (!cuts && !isSplit)
            yield return "its ByteLevel does not cut words";
        if (cuts && isSplit)
            yield return "it cuts words twice";
        if (IsTrue(pre, "add_prefix_space"))
            yield return "it puts a space before every text";
    }

    // The one element of a sequence; anything else as it is.
    private static JsonElement Only(JsonElement element, string list) =>
        TypeOf(element) == "Sequence" && element.TryGetProperty(list, out var parts) && parts.ValueKind == JsonValueKind.Array
            && parts.GetArrayLength() == 1
            ? parts[0]
            : element;

    private static bool IsEmptySequence(JsonElement element, string list) =>
        TypeOf(element) == "Sequence" && element.TryGetProperty(list, out var parts) && parts.ValueKind == JsonValueKind.Array
            && parts.GetArrayLength() == 0;

    private static string? TypeOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()
            : "of no stated type";

    private static bool IsTrue(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
