using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Writes a vocabulary as <c>tokenizer.json</c>, and as <c>vocab.json</c> and <c>merges.txt</c>.</summary>
internal static class HuggingFaceTokenizerWriter
{
    /// <summary>Writes all the files that a folder of Hugging Face has for a tokenizer.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="isOfModel">Whether a <c>config.json</c> beside the files tells how many tokens there are.</param>
    /// <param name="chatTemplate">The template of chats; null for none.</param>
    public static void Write(string folder, ModelVocabulary vocabulary, bool isOfModel = false, string? chatTemplate = null)
    {
        Check(vocabulary);
        Directory.CreateDirectory(folder);
        WriteWhole(Path.Combine(folder, HuggingFaceTokenizer.Whole), vocabulary, isOfModel);
        JsonFile.Write(Path.Combine(folder, HuggingFaceTokenizer.Tokens), json => WriteTokens(json, vocabulary, isOfModel));
        AtomicFile.Write(Path.Combine(folder, HuggingFaceTokenizer.Merges), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine("#version: 0.2");
            foreach (var merge in vocabulary.Merges)
                writer.WriteLine(merge);
        });
        JsonFile.Write(Path.Combine(folder, TokenizerSettings.Config), json =>
        {
            json.WriteString("tokenizer_class", "GPT2Tokenizer");
            json.WriteBoolean("add_bos_token", vocabulary.AddBeginToken);
            WriteToken("bos_token", vocabulary.BeginToken);
            WriteToken("eos_token", vocabulary.EndToken);
            WriteToken("unk_token", vocabulary.UnknownToken);
            WriteToken("pad_token", vocabulary.PaddingToken);
            if (chatTemplate is not null)
                json.WriteString("chat_template", chatTemplate);

            void WriteToken(string name, int? id) => json.WriteString(name, id is { } token ? vocabulary.Tokens[token] : null);
        });
        // What an earlier model left here would say other things.
        File.Delete(Path.Combine(folder, TokenizerSettings.SpecialTokens));
        File.Delete(Path.Combine(folder, TokenizerSettings.AddedTokens));
    }

    /// <summary>Writes <c>tokenizer.json</c>.</summary>
    public static void WriteWhole(string path, ModelVocabulary vocabulary, bool isOfModel = false)
    {
        Check(vocabulary);
        JsonFile.Write(path, json =>
        {
            json.WriteString("version", "1.0");
            json.WriteStartArray("added_tokens");
            for (var id = 0; id < vocabulary.Count; id++)
            {
                if (vocabulary.Kinds[id] is TokenKind.Control or TokenKind.Unknown or TokenKind.UserDefined)
                    WriteAdded(json, id, vocabulary.Tokens[id], isSpecial: vocabulary.Kinds[id] != TokenKind.UserDefined);
            }

            json.WriteEndArray();
            json.WriteNull("normalizer");
            WriteByteLevel(json, "pre_tokenizer");
            if (vocabulary is { AddBeginToken: true, BeginToken: { } begin })
                PostProcessor.WriteBegin(json, vocabulary.Tokens[begin], begin);
            else
                json.WriteNull("post_processor");
            WriteByteLevel(json, "decoder");
            json.WriteStartObject("model");
            json.WriteString("type", "BPE");
            if (vocabulary.UnknownToken is { } unknown)
                json.WriteString("unk_token", vocabulary.Tokens[unknown]);
            json.WriteStartObject("vocab");
            WriteTokens(json, vocabulary, isOfModel);
            json.WriteEndObject();
            json.WriteStartArray("merges");
            foreach (var merge in vocabulary.Merges)
                json.WriteStringValue(merge);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    // The files' words are cut by ByteLevel, which is GPT-2's rule.
    private static void Check(ModelVocabulary vocabulary)
    {
        if (vocabulary.PreTokenizer != "gpt-2")
            throw new NotSupportedException(
                $"The vocabulary's pre-tokenizer is '{vocabulary.PreTokenizer}', and only 'gpt-2' can be written as "
                + $"{HuggingFaceTokenizer.Whole}; GGUF holds any.");
        if (AddedTokenOverlap.Problem(vocabulary) is { } problem)
            throw new NotSupportedException($"The vocabulary cannot be written as {HuggingFaceTokenizer.Whole}: {problem}.");
    }

    // Added tokens as well: the programs of Hugging Face number those anew that the model's own vocabulary lacks. What only fills the
    // numbering of a model is left out, as reading fills it again.
    private static void WriteTokens(Utf8JsonWriter json, ModelVocabulary vocabulary, bool isOfModel)
    {
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (!isOfModel || vocabulary.Kinds[id] != TokenKind.Unused || vocabulary.Tokens[id] != HuggingFaceTokenizer.Unused(id))
                json.WriteNumber(vocabulary.Tokens[id], id);
        }
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
