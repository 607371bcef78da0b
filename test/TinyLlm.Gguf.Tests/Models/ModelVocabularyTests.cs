namespace TinyLlm.Gguf.Tests.Models;

[TestClass]
public sealed class ModelVocabularyTests
{
    [TestMethod]
    [DataRow("v.gguf")]
    [DataRow("folder")]
    public void Load_OfSaved_IsEqual(string name)
    {
        using var folder = new TemporaryFolder();
        var vocabulary = WithReserved();
        vocabulary.Save(folder.PathOf(name));
        Assert.AreEqual(vocabulary, ModelVocabulary.Load(folder.PathOf(name)));
    }

    [TestMethod]
    public void Load_OfSavedTokenizerJson_IsEqualButForWhatItCannotTell()
    {
        using var folder = new TemporaryFolder();
        var vocabulary = WithReserved();
        vocabulary.Save(folder.PathOf("tokenizer.json"));
        var loaded = ModelVocabulary.Load(folder.PathOf("tokenizer.json"));
        Assert.AreEqual(vocabulary with { PaddingToken = null }, loaded, "<|endoftext|> is known by its name.");
    }

    [TestMethod]
    public void Load_VocabularyAndMerges_TakesWhatNoMergeMakesAsControl()
    {
        using var folder = new TemporaryFolder();
        var vocabulary = WithReserved();
        vocabulary.Save(folder.Root);
        var loaded = ModelVocabulary.Load(folder.PathOf("vocab.json"), folder.PathOf("merges.txt"));
        CollectionAssert.AreEqual(vocabulary.Tokens, loaded.Tokens);
        CollectionAssert.AreEqual(vocabulary.Merges, loaded.Merges);
        Assert.AreEqual((TokenKind.Control, TokenKind.Normal, 256), (loaded.Kinds[257], loaded.Kinds[258], loaded.EndToken));
    }

    [TestMethod]
    public void Load_Gpt2_IsTheSameFromEverySource()
    {
        var ours = ModelVocabulary.Load(TestData.Require("tok-gpt2/openai/encoder.json"), TestData.Require("tok-gpt2/openai/vocab.bpe"));
        var gguf = ModelVocabulary.Load(TestData.Require("tok-gpt2/llama.cpp/ggml-vocab-gpt-2.gguf"));
        CollectionAssert.AreEqual(gguf.Tokens, ours.Tokens);
        CollectionAssert.AreEqual(gguf.Merges, ours.Merges);
        Assert.AreEqual((50257, 50000, 50256, TokenKind.Control), (ours.Count, ours.Merges.Length, ours.EndToken, ours.Kinds[50256]));
    }

    [TestMethod]
    [DataRow("\"type\": \"BPE\"", "\"type\": \"Unigram\"", "its model is Unigram")]
    [DataRow("\"type\": \"BPE\"", "\"type\": \"BPE\", \"ignore_merges\": true", "ignores merges")]
    [DataRow("\"type\": \"BPE\"", "\"type\": \"BPE\", \"end_of_word_suffix\": \"</w>\"", "end_of_word_suffix '</w>'")]
    [DataRow("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}", "changes the text first (NFC)")]
    [DataRow("\"pre_tokenizer\": {", "\"pre_tokenizer\": {\"type\": \"Metaspace\"}, \"x\": {", "its pre-tokenizer is Metaspace")]
    [DataRow("\"pre_tokenizer\": {", "\"x\": {", "has no pre-tokenizer")]
    [DataRow("\"use_regex\": true", "\"use_regex\": false", "does not cut words")]
    [DataRow("\"add_prefix_space\": false", "\"add_prefix_space\": true", "puts a space before every text")]
    public void Load_OtherKindOfTokenizer_IsRefusedWithItsReason(string ours, string other, string reason)
    {
        using var folder = new TemporaryFolder();
        WithReserved().Save(folder.PathOf("tokenizer.json"));
        var text = File.ReadAllText(folder.PathOf("tokenizer.json"));
        StringAssert.Contains(text, ours);
        File.WriteAllText(folder.PathOf("tokenizer.json"), text.Replace(ours, other));
        var message = Assert.ThrowsExactly<NotSupportedException>(() => ModelVocabulary.Load(folder.Root)).Message;
        StringAssert.Contains(message, "not a byte-level BPE tokenizer in GPT-2's manner");
        StringAssert.Contains(message, reason);
    }

    [TestMethod]
    [DataRow("{}", "does not make a vocabulary")]
    [DataRow("{", "is not valid JSON")]
    [DataRow("""{"a":"\ud800"}""", "has a text that is no Unicode")]
    [DataRow("""{"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]},"pre_tokenizer":{"type":"ByteLevel"}}""", "does not make a vocabulary")]
    [DataRow("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a"]]},"pre_tokenizer":{"type":"ByteLevel"}}""", "has a merge of 1 parts; 2 are expected")]
    [DataRow("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]},"pre_tokenizer":{"type":"ByteLevel"}}""", "has the token id 2000000000")]
    public void Load_BrokenTokenizerJson_SaysSo(string text, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("tokenizer.json"), text);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => ModelVocabulary.Load(folder.Root)).Message, message);
        File.Delete(folder.PathOf("tokenizer.json"));
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => ModelVocabulary.Load(folder.Root)).Message,
            "holds neither tokenizer.json nor vocab.json");
    }

    private static ModelVocabulary WithReserved()
    {
        var bytes = TinyModels.Vocabulary();
        return bytes with
        {
            Tokens = [.. bytes.Tokens, "<x1>", "he"],
            Kinds = [.. bytes.Kinds, TokenKind.UserDefined, TokenKind.Normal],
            Merges = ["h e"],
            PaddingToken = 257,
            AddBeginToken = true,
        };
    }
}
