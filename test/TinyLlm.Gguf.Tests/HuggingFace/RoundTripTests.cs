namespace TinyLlm.Gguf.Tests.HuggingFace;

/// <summary>
/// A model goes GGUF, folder, GGUF and folder, GGUF, folder without any difference in metadata, tokens or bytes of weights.
/// </summary>
[TestClass]
public sealed class RoundTripTests
{
    [TestMethod]
    [DataRow(ModelKind.Gpt2, GgufTensorType.F32)]
    [DataRow(ModelKind.Gpt2, GgufTensorType.F16)]
    [DataRow(ModelKind.Llama, GgufTensorType.BF16)]
    [DataRow(ModelKind.Llama, GgufTensorType.F32)]
    public void Gguf_ThroughAFolder_IsTheSameFile(ModelKind kind, GgufTensorType type)
    {
        using var folder = new TemporaryFolder();
        var plain = TinyModels.Create(kind, tied: false, vocabulary: EveryKind());
        var matrices = plain.Tensors.Where(tensor => !TensorLayout.StaysF32(tensor.Name, tensor.Shape.Length));
        var model = plain.WithTensors(matrices.Select(tensor => tensor.ConvertTo(type)))
            .WithMetadata(GgufMetadata.Empty.With("general.name", "round trip").With("tinyllm.prompt.template", "{input}\n")
                .With("tokenizer.ggml.eot_token_id", 258u).With("general.sampling.temp", 0.7f).With("general.sampling.top_k", 40)
                .With("tokenizer.chat_template", "{{ messages }}").With("tinyllm.numbers", new[] { 1f, 2f }));
        model.Save(folder.PathOf("1.gguf"));
        using (var first = LanguageModel.Load(folder.PathOf("1.gguf")))
            HuggingFaceFolder.Save(first, folder.PathOf("hf"));
        using (var second = HuggingFaceFolder.Load(folder.PathOf("hf")))
            second.Save(folder.PathOf("2.gguf"));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder.PathOf("1.gguf")), File.ReadAllBytes(folder.PathOf("2.gguf")));
        var generation = JsonEdit.Read(folder.PathOf("hf/generation_config.json"));
        Assert.AreEqual((0.7f, 40), ((float)generation["temperature"]!, (int)generation["top_k"]!));
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Folder_OfAnotherProgram_ThroughGguf_IsTheSameModel(ModelKind kind)
    {
        // In BF16 throughout, as transformers saves models; with sampling, a chat template, a list of end tokens, a name.
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(kind, vocabulary: EveryKind() with { Kinds = default, PaddingToken = null });
        var narrow = model.WithTensors(model.Tensors.Select(tensor => tensor.ConvertTo(GgufTensorType.BF16)));
        HuggingFaceFolder.Save(narrow, folder.PathOf("1"));
        File.Delete(folder.PathOf("1/metadata.gguf"));
        JsonEdit.Set(folder.PathOf("1/config.json"), "_name_or_path", "\"someone/their-model\"");
        JsonEdit.Set(folder.PathOf("1/config.json"), "eos_token_id", "[256, 5, 7]");
        JsonEdit.Set(folder.PathOf("1/tokenizer_config.json"), "chat_template", "\"{{ x }}\"");
        (string, string)[] sampling = [("do_sample", "true"), ("temperature", "0.6"), ("top_p", "0.9"), ("repetition_penalty", "1.1")];
        foreach (var (key, value) in sampling)
            JsonEdit.Set(folder.PathOf("1/generation_config.json"), key, value);
        using var first = HuggingFaceFolder.Load(folder.PathOf("1"));
        first.Save(folder.PathOf("between.gguf"));
        using (var between = LanguageModel.Load(folder.PathOf("between.gguf")))
            HuggingFaceFolder.Save(between, folder.PathOf("2"));
        using var second = HuggingFaceFolder.Load(folder.PathOf("2"));
        Assert.AreEqual(first.Architecture, second.Architecture);
        Assert.AreEqual(first.Vocabulary, second.Vocabulary);
        CollectionAssert.AreEqual(first.Metadata.ToArray(), second.Metadata.ToArray());
        Assert.AreEqual("their-model", second.Metadata["general.name"].Value);
        CollectionAssert.AreEqual(new[] { 256, 5, 7 }, EndTokens.Of(second.Vocabulary, second.Metadata));
        CollectionAssert.AreEqual(
            File.ReadAllBytes(folder.PathOf("1/model.safetensors")), File.ReadAllBytes(folder.PathOf("2/model.safetensors")));
    }

    [TestMethod]
    public void Folder_OfOurs_ThroughGguf_HasTheSameFiles()
    {
        using var folder = new TemporaryFolder();
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Llama, vocabulary: EveryKind()), folder.PathOf("1"));
        using (var model = HuggingFaceFolder.Load(folder.PathOf("1")))
            model.Save(folder.PathOf("between.gguf"));
        using (var between = LanguageModel.Load(folder.PathOf("between.gguf")))
            HuggingFaceFolder.Save(between, folder.PathOf("2"));
        var names = Names("1");
        CollectionAssert.AreEqual(names, Names("2"));
        foreach (var name in names)
            CollectionAssert.AreEqual(File.ReadAllBytes(folder.PathOf($"1/{name}")), File.ReadAllBytes(folder.PathOf($"2/{name}")), name);

        string?[] Names(string of) => [.. Directory.GetFiles(folder.PathOf(of)).Select(Path.GetFileName).Order(StringComparer.Ordinal)];
    }

    [TestMethod]
    public void Folder_WithoutEndToken_SaysSo()
    {
        // Left out, transformers takes a number of its own for granted.
        using var folder = new TemporaryFolder();
        var vocabulary = TinyModels.Vocabulary() with { BeginToken = null, EndToken = null };
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Llama, vocabulary: vocabulary), folder.Root);
        var config = JsonEdit.Read(folder.PathOf("config.json")).AsObject();
        Assert.IsTrue(config.TryGetPropertyValue("eos_token_id", out var end) && end is null);
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        Assert.IsNull(loaded.Vocabulary.EndToken);
        Assert.IsNull(loaded.Vocabulary.BeginToken);
    }

    [TestMethod]
    public void Save_Tokenizer_KeepsTheRulesOfTheFormat()
    {
        // tokenizers numbers an added token by model.vocab, and anew where that lacks it (added_vocabulary.rs); a begin token is added by a
        // template; convert_hf_to_gguf.py of llama.cpp reads GPT-2's n_ctx.
        using var folder = new TemporaryFolder();
        var vocabulary = EveryKind();
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Gpt2, vocabulary: vocabulary), folder.Root);
        var json = JsonEdit.Read(folder.PathOf("tokenizer.json"));
        var vocab = json["model"]!["vocab"]!.AsObject();
        foreach (var token in json["added_tokens"]!.AsArray())
            Assert.AreEqual((int)token!["id"]!, (int)vocab[(string)token["content"]!]!, (string)token["content"]!);
        CollectionAssert.AreEqual(
            vocabulary.Tokens.SkipLast(1).ToArray(), vocab.OrderBy(entry => (int)entry.Value!).Select(entry => entry.Key).ToArray());
        Assert.AreEqual("<|endoftext|>", (string)json["post_processor"]!["single"]![0]!["SpecialToken"]!["id"]!);
        Assert.AreEqual(256, (int)json["post_processor"]!["special_tokens"]!["<|endoftext|>"]!["ids"]![0]!);
        var config = JsonEdit.Read(folder.PathOf("config.json"));
        Assert.AreEqual((128, 128), ((int)config["n_positions"]!, (int)config["n_ctx"]!));
    }

    [TestMethod]
    public void Save_OtherPreTokenizer_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama, vocabulary: TinyModels.Vocabulary() with { PreTokenizer = "llama-bpe" });
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => HuggingFaceFolder.Save(model, folder.PathOf("hf"))).Message,
            "pre-tokenizer is 'llama-bpe', and only 'gpt-2' can be written as tokenizer.json");
        Assert.IsFalse(Directory.Exists(folder.PathOf("hf")));
    }

    [TestMethod]
    public void Load_FolderOfAnAdapter_SaysWhatItIs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("adapter_config.json"), "{}");
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Root)).Message,
            "holds no config.json but adapter_config.json: it is an adapter of PEFT, which LoraAdapter.LoadPeft");
    }

    // A token of each kind, and an unknown token that is no other one's.
    private static ModelVocabulary EveryKind()
    {
        var bytes = TinyModels.Vocabulary();
        return bytes with
        {
            Tokens = [.. bytes.Tokens, "<x1>", "<|turn|>", "he", "<unk>", "[PAD261]", "[UNUSED262]"],
            Kinds =
            [
                .. bytes.Kinds.Select((kind, id) => id == 3 ? TokenKind.Byte : kind),
                TokenKind.UserDefined, TokenKind.Control, TokenKind.Normal, TokenKind.Unknown, TokenKind.Unused, TokenKind.Unused,
            ],
            Merges = ["h e"],
            UnknownToken = 260,
            PaddingToken = 257,
            AddBeginToken = true,
        };
    }
}
