using System.Collections.Immutable;
using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Reads <c>tokenizer.json</c> and refuses what makes other tokens than GPT-2's byte-level BPE.</summary>
internal static class HuggingFaceTokenizerJson
{
    public static HuggingFaceTokenizer.Parts Read(string path)
    {
        using var json = JsonFile.Parse(path);
        var root = json.RootElement;
        var model = root.GetProperty("model");
        var reasons = Reasons(root, model).ToArray();
        if (reasons.Length > 0)
        {
            throw new NotSupportedException(
                $"'{path}' is not a byte-level BPE tokenizer in GPT-2's manner, which alone is supported: {string.Join("; ", reasons)}. "
                + "A GGUF of the model runs with SentencePiece, too.");
        }

        var tokens = model.GetProperty("vocab").EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name);
        ImmutableArray<string> merges = [.. model.GetProperty("merges").EnumerateArray()
            .Select(merge =>
                merge.ValueKind == JsonValueKind.String ? merge.GetString()!
                : merge.GetArrayLength() == 2 ? $"{merge[0].GetString()} {merge[1].GetString()}"
                : throw new FormatException($"'{path}' has a merge of {merge.GetArrayLength()} parts; 2 are expected."))];
        var added = new List<HuggingFaceTokenizer.AddedToken>();
        if (root.TryGetProperty("added_tokens", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var token in list.EnumerateArray())
                added.Add(new(token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!, IsTrue(token, "special")));
        }

        return new HuggingFaceTokenizer.Parts(tokens, merges, added);
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

        if (root.TryGetProperty("normalizer", out var normalizer) && normalizer.ValueKind == JsonValueKind.Object)
            yield return $"it changes the text first ({TypeOf(normalizer)})";

        // ByteLevel cuts by GPT-2's own pattern, unless it is told to leave that to another.
        if (!root.TryGetProperty("pre_tokenizer", out var pre) || pre.ValueKind != JsonValueKind.Object)
            yield return "it has no pre-tokenizer";
        else if (TypeOf(pre) != "ByteLevel")
            yield return $"its pre-tokenizer is {TypeOf(pre)}";
        else if (pre.TryGetProperty("use_regex", out var useRegex) && useRegex.ValueKind == JsonValueKind.False)
            yield return "its ByteLevel does not cut words";
        else if (IsTrue(pre, "add_prefix_space"))
            yield return "it puts a space before every text";
    }

    private static string? TypeOf(JsonElement element) =>
        element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : "of no stated type";

    private static bool IsTrue(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
