namespace TinyLlm.Gguf.Tests.HuggingFace;

/// <summary>Every setting of a tokenizer's files is honoured, or without effect, or refused by its name.</summary>
[TestClass]
public sealed class TokenizerSettingsTests
{
    private const string Template = """
        {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|endoftext|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
         "pair":[],"special_tokens":{"<|endoftext|>":{"id":"<|endoftext|>","ids":[256],"tokens":["<|endoftext|>"]}}}
        """;

    [TestMethod]
    [DataRow("tokenizer.json", "truncation", "{\"max_length\":8}", "truncation")]
    [DataRow("tokenizer.json", "padding", "{\"strategy\":\"BatchLongest\"}", "padding")]
    [DataRow("tokenizer.json", "model.dropout", "0.1", "dropout '0.1'; '0' is supported")]
    [DataRow("tokenizer.json", "model.fuse_unk", "true", "fuse_unk 'true'")]
    [DataRow("tokenizer.json", "model.byte_fallback", "true", "byte_fallback 'true'")]
    [DataRow("tokenizer.json", "model.cache", "5", "cache '5', a setting that this library does not know")]
    [DataRow("tokenizer.json", "added_tokens.0.lstrip", "true", "The token '<|endoftext|>' of")]
    [DataRow("tokenizer.json", "added_tokens.1.rstrip", "true", "rstrip 'true'; 'false' is supported")]
    [DataRow("tokenizer.json", "added_tokens.1.single_word", "true", "single_word 'true'")]
    [DataRow("tokenizer.json", "added_tokens.1.id", "5", "gives the id 5 to the added token '<x1>' and to")]
    [DataRow("tokenizer.json", "added_tokens.1.content", "\"he\"", "gives the id 257 to the added token 'he' and to '<x1>'")]
    [DataRow("tokenizer.json", "added_tokens.1.content", "\"\"", "an added token without a text")]
    [DataRow("tokenizer.json", "post_processor", "{\"type\":\"RobertaProcessing\"}", "post_processor of")]
    [DataRow("tokenizer.json", "decoder", "{\"type\":\"WordPiece\"}", "its decoder is WordPiece")]
    [DataRow("tokenizer.json", "pre_tokenizer", "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\"},{\"type\":\"ByteLevel\"}]}", "its pre-tokenizer is Sequence")]
    [DataRow("tokenizer_config.json", "add_eos_token", "true", "add_eos_token 'true'; 'false' is supported")]
    [DataRow("tokenizer_config.json", "add_prefix_space", "true", "add_prefix_space 'true'")]
    [DataRow("tokenizer_config.json", "pad_token", "\"[PAD]\"", "names the pad_token '[PAD]', which the vocabulary of")]
    [DataRow("tokenizer_config.json", "eos_token", "\"he\"", "has eos_token 'he' (id 258), and the model's eos_token_id is 256")]
    [DataRow("tokenizer_config.json", "bos_token", "\"he\"", "has bos_token 'he' (id 258), and the model's bos_token_id is 256")]
    [DataRow("tokenizer_config.json", "eos_token", "{\"content\":\"<|endoftext|>\",\"rstrip\":true}", "rstrip 'true'")]
    [DataRow("tokenizer_config.json", "add_bos_token", "\"yes\"", "true or false as 'add_bos_token' but has yes")]
    [DataRow("tokenizer_config.json", "magic", "1", "magic '1', a setting that this library does not know")]
    [DataRow("tokenizer_config.json", "added_tokens_decoder", "{\"257\":{\"content\":\"<y>\"}}", "gives the id 257 to the added token '<y>' and to '<x1>'")]
    [DataRow("tokenizer_config.json", "added_tokens_decoder", "{\"257\":{\"content\":\"<x1>\",\"special\":true}}", "special and not special")]
    [DataRow("special_tokens_map.json", "eos_token", "\"he\"", "names the eos_token 'he', and ")]
    [DataRow("special_tokens_map.json", "additional_special_tokens", "[\"<none>\"]", "names the <none> '<none>', which the vocabulary")]
    [DataRow("added_tokens.json", "<x1>", "7", "gives the id 7 to the added token '<x1>'")]
    [DataRow("added_tokens.json", "<y>", "\"7\"", "must hold texts with their ids")]
    [DataRow("generation_config.json", "eos_token_id", "[1, 2]", "has eos_token '<|endoftext|>' (id 256), and the model's eos_token_id is 1, 2")]
    [DataRow("generation_config.json", "suppress_tokens", "[5]", "suppress_tokens '[5]'")]
    [DataRow("generation_config.json", "forced_bos_token_id", "3", "forced_bos_token_id '3', which is not supported")]
    [DataRow("generation_config.json", "no_repeat_ngram_size", "2", "no_repeat_ngram_size '2'; '0' is supported")]
    [DataRow("generation_config.json", "unheard_of", "2", "unheard_of '2', a setting that this library does not know")]
    [DataRow("config.json", "eos_token_id", "\"256\"", "a token's id, or a list of them, as 'eos_token_id' but has 256")]
    [DataRow("config.json", "eos_token_id", "[256, 1, 2, 3]", "eos_token_id lists 4 tokens (256, 1, 2, 3); 3 are supported")]
    [DataRow("config.json", "bos_token_id", "[256, 1]", "lists 2 tokens as bos_token_id")]
    [DataRow("config.json", "bos_token_id", "1000", "bos_token_id is 1000")]
    public void Load_SettingThatChangesTokens_IsRefusedByName(string file, string key, string value, string message)
    {
        using var folder = Folder();
        JsonEdit.Set(folder.PathOf(file), key, value);
        var error = Assert.Throws<Exception>(() => HuggingFaceFolder.Load(folder.Root).Dispose());
        Assert.IsTrue(error is NotSupportedException or FormatException, error.ToString());
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    [DataRow("tokenizer.json", "model.dropout", "0.0")]
    [DataRow("tokenizer.json", "model.dropout", "null")]
    [DataRow("tokenizer.json", "post_processor", "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":false}")]
    [DataRow("tokenizer.json", "normalizer", "{\"type\":\"Sequence\",\"normalizers\":[]}")]
    [DataRow("tokenizer.json", "pre_tokenizer", "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"ByteLevel\",\"add_prefix_space\":false}]}")]
    [DataRow("tokenizer_config.json", "clean_up_tokenization_spaces", "true")]
    [DataRow("tokenizer_config.json", "model_max_length", "1000000000000000019884624838656")]
    [DataRow("tokenizer_config.json", "added_tokens_decoder", "{\"257\":{\"content\":\"<x1>\",\"lstrip\":false,\"special\":false}}")]
    [DataRow("tokenizer_config.json", "eos_token", "{\"__type\":\"AddedToken\",\"content\":\"<|endoftext|>\",\"lstrip\":false}")]
    [DataRow("special_tokens_map.json", "eos_token", "\"<|endoftext|>\"")]
    [DataRow("added_tokens.json", "<x1>", "257")]
    [DataRow("generation_config.json", "_from_model_config", "true")]
    [DataRow("generation_config.json", "temperature", "1.0")]
    [DataRow("config.json", "pad_token_id", "-1")]
    public void Load_NeutralSetting_IsTheSameVocabulary(string file, string key, string value)
    {
        using var folder = Folder();
        using var before = HuggingFaceFolder.Load(folder.Root);
        JsonEdit.Set(folder.PathOf(file), key, value);
        using var after = HuggingFaceFolder.Load(folder.Root);
        Assert.AreEqual(before.Vocabulary, after.Vocabulary);
        CollectionAssert.AreEqual(before.Metadata.ToArray(), after.Metadata.ToArray());
    }

    [TestMethod]
    public void Load_TemplateWithBeginToken_AddsIt()
    {
        using var folder = Folder();
        JsonEdit.Set(folder.PathOf("tokenizer_config.json"), "add_bos_token", null);
        Assert.IsFalse(ModelVocabulary.Load(folder.Root).AddBeginToken);
        foreach (var template in new[] { Template, $"{{\"type\":\"Sequence\",\"processors\":[{{\"type\":\"ByteLevel\"}},{Template}]}}" })
        {
            JsonEdit.Set(folder.PathOf("tokenizer.json"), "post_processor", template);
            var vocabulary = ModelVocabulary.Load(folder.Root);
            Assert.AreEqual((true, 256), (vocabulary.AddBeginToken, vocabulary.BeginToken));
        }

        JsonEdit.Set(folder.PathOf("tokenizer_config.json"), "add_bos_token", "false");
        Refuses("add_bos_token in tokenizer_config.json is false");
        JsonEdit.Set(folder.PathOf("tokenizer_config.json"), "add_bos_token", null);
        const string Text = """{"Sequence":{"id":"A","type_id":0}}""";
        const string End = """{"SpecialToken":{"id":"<|endoftext|>","type_id":0}}""";
        JsonEdit.Set(
            folder.PathOf("tokenizer.json"), "post_processor", Template.Replace(Text, $"{Text},{End}", StringComparison.Ordinal));
        Refuses("makes '<|endoftext|> $A <|endoftext|>' of a text '$A'");

        void Refuses(string message) => StringAssert.Contains(
            Assert.Throws<Exception>(() => ModelVocabulary.Load(folder.Root)).Message, message);
    }

    [TestMethod]
    public void Load_EndTokens_OfListsAndNames()
    {
        using var folder = Folder();
        JsonEdit.Set(folder.PathOf("config.json"), "eos_token_id", "[256, 258, 5]");
        Check(256, 256, 258, 5);
        // generate() takes its own file's.
        JsonEdit.Set(folder.PathOf("generation_config.json"), "eos_token_id", "[3, 256]");
        Check(256, 256, 3);
        File.Delete(folder.PathOf("generation_config.json"));
        JsonEdit.Set(folder.PathOf("config.json"), "eos_token_id", null);
        Check(256, 256);
        JsonEdit.Set(folder.PathOf("tokenizer_config.json"), "eos_token", null);
        Check(null);
        JsonEdit.Set(folder.PathOf("config.json"), "eos_token_id", "[3, 4]");
        Check(3, 3, 4);

        void Check(int? end, params int[] all)
        {
            using var model = HuggingFaceFolder.Load(folder.Root);
            Assert.AreEqual(end, model.Vocabulary.EndToken);
            CollectionAssert.AreEqual(all, EndTokens.Of(model.Vocabulary, model.Metadata));
            Assert.AreEqual(model.Vocabulary, ModelVocabulary.Load(folder.Root));
        }
    }

    [TestMethod]
    public void Load_AddedTokensBesideVocabulary_AreKeptWhole()
    {
        using var folder = Folder();
        File.Delete(folder.PathOf("tokenizer.json"));
        JsonEdit.Set(folder.PathOf("vocab.json"), "<x1>", null);
        JsonEdit.Set(folder.PathOf("added_tokens.json"), "<x1>", "257");
        var vocabulary = ModelVocabulary.Load(folder.Root);
        Assert.AreEqual(("<x1>", TokenKind.UserDefined), (vocabulary.Tokens[257], vocabulary.Kinds[257]));
        JsonEdit.Set(folder.PathOf("special_tokens_map.json"), "additional_special_tokens", "[\"<x1>\"]");
        Assert.AreEqual(TokenKind.Control, ModelVocabulary.Load(folder.Root).Kinds[257]);
        JsonEdit.Set(folder.PathOf("tokenizer_config.json"), "tokenizer_class", "\"RobertaTokenizer\"");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => ModelVocabulary.Load(folder.Root)).Message, "is a RobertaTokenizer");
    }

    [TestMethod]
    public void Load_OrderOfNormalizedTokens_IsRefusedWhereItMatters()
    {
        using var folder = Folder();
        JsonEdit.Set(folder.PathOf("tokenizer.json"), "added_tokens.1.normalized", "true");
        HuggingFaceFolder.Load(folder.Root).Dispose();
        JsonEdit.Set(folder.PathOf("tokenizer.json"), "model.vocab.<x1>", null);
        JsonEdit.Set(folder.PathOf("tokenizer.json"), "added_tokens.1.content", "\"a <|endoftext|>\"");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => HuggingFaceFolder.Load(folder.Root)).Message,
            "looks for the added token '<|endoftext|>' before 'a <|endoftext|>'");
    }

    [TestMethod]
    public void Load_ModelWithMoreTokensThanItsTokenizer_FillsUp()
    {
        using var folder = new TemporaryFolder();
        var bytes = TinyModels.Vocabulary();
        var padded = bytes with
        {
            Tokens = [.. bytes.Tokens, "[UNUSED257]", "[UNUSED258]"],
            Kinds = [.. bytes.Kinds, TokenKind.Unused, TokenKind.Unused],
        };
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Gpt2, vocabulary: padded), folder.Root);
        Assert.AreEqual(257, JsonEdit.Read(folder.PathOf("tokenizer.json"))["model"]!["vocab"]!.AsObject().Count);
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        Assert.AreEqual(padded, loaded.Vocabulary);
        JsonEdit.Set(folder.PathOf("config.json"), "vocab_size", "300");
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => HuggingFaceFolder.Load(folder.Root)).Message,
            "'token_embd.weight' is [259, 64]; [300, 64] is expected");
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        var bytes = TinyModels.Vocabulary();
        HuggingFaceFolder.Save(
            TinyModels.Create(ModelKind.Gpt2, vocabulary: bytes with
            {
                Tokens = [.. bytes.Tokens, "<x1>", "he"],
                Kinds = [.. bytes.Kinds, TokenKind.UserDefined, TokenKind.Normal],
                Merges = ["h e"],
            }),
            folder.Root);
        return folder;
    }
}
