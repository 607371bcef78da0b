using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Writes a vocabulary as <c>tokenizer.json</c>, and as <c>vocab.json</c> and <c>merges.txt</c>.</summary>
internal static class HuggingFaceTokenizerWriter
{
    /// <summary>Writes all the files that a folder of Hugging Face has for a tokenizer.</summary>
    public static void Write(string folder, ModelVocabulary vocabulary)
    {
        Directory.CreateDirectory(folder);
        WriteWhole(Path.Combine(folder, HuggingFaceTokenizer.Whole), vocabulary);
        var all = Enumerable.Range(0, vocabulary.Count);
        JsonFile.Write(Path.Combine(folder, HuggingFaceTokenizer.Tokens), json => WriteTokens(json, vocabulary, all));
        AtomicFile.Write(Path.Combine(folder, HuggingFaceTokenizer.Merges), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine("#version: 0.2");
            foreach (var merge in vocabulary.Merges)
                writer.WriteLine(merge);
        });
        JsonFile.Write(Path.Combine(folder, HuggingFaceTokenizer.Config), json =>
        {
            json.WriteString("tokenizer_class", "GPT2Tokenizer");
            json.WriteBoolean("add_bos_token", vocabulary.AddBeginToken);
            WriteToken("bos_token", vocabulary.BeginToken);
            WriteToken("eos_token", vocabulary.EndToken);
            WriteToken("unk_token", vocabulary.UnknownToken);
            WriteToken("pad_token", vocabulary.PaddingToken);

            void WriteToken(string name, int? id) => json.WriteString(name, id is { } token ? vocabulary.Tokens[token] : null);
        });
    }

    /// <summary>Writes <c>tokenizer.json</c>.</summary>
    public static void WriteWhole(string path, ModelVocabulary vocabulary) => JsonFile.Write(path, json =>
    {
        var added = Enumerable.Range(0, vocabulary.Count).ToLookup(
            id => vocabulary.Kinds[id] is not (TokenKind.Normal or TokenKind.Undefined));
        json.WriteString("version", "1.0");
        json.WriteStartArray("added_tokens");
        foreach (var id in added[true])
            WriteAdded(json, id, vocabulary.Tokens[id], isSpecial: vocabulary.Kinds[id] != TokenKind.UserDefined);
        json.WriteEndArray();
        json.WriteNull("normalizer");
        WriteByteLevel(json, "pre_tokenizer");
        json.WriteNull("post_processor");
        WriteByteLevel(json, "decoder");
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteStartObject("vocab");
        WriteTokens(json, vocabulary, added[false]);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var merge in vocabulary.Merges)
            json.WriteStringValue(merge);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteTokens(Utf8JsonWriter json, ModelVocabulary vocabulary, IEnumerable<int> ids)
    {
        foreach (var id in ids)
            json.WriteNumber(vocabulary.Tokens[id], id);
    }

    private static void WriteAdded(Utf8JsonWriter json, int id, string text, bool isSpecial)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("content", text);
        json.WriteBoolean("single_word", false);
        json.WriteBoolean("lstrip", false);
        json.WriteBoolean("rstrip", false);
        json.WriteBoolean("normalized", false);
        json.WriteBoolean("special", isSpecial);
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }
}
