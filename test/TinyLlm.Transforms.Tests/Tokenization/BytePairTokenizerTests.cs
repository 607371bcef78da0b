using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms.Tests.Tokenization;

[TestClass]
public sealed class BytePairTokenizerTests
{
    private static readonly Lazy<BytePairTokenizer> LazyGpt2 = new(() =>
        new BytePairTokenizer(
            ModelVocabulary.Load(TestData.Require("tok-gpt2/openai/encoder.json"), TestData.Require("tok-gpt2/openai/vocab.bpe"))));

    // From the data set's two files by OpenAI.
    internal static BytePairTokenizer Gpt2 => LazyGpt2.Value;

    [TestMethod]
    public void EncodeToIds_LlamaCppsVectors_AreTheSame()
    {
        var inputs = File.ReadAllText(TestData.Require("tok-gpt2/llama.cpp/ggml-vocab-gpt-2.gguf.inp")).Split("\n__ggml_vocab_test__\n");
        var outputs = File.ReadAllText(TestData.Require("tok-gpt2/llama.cpp/ggml-vocab-gpt-2.gguf.out")).Split('\n');
        Assert.HasCount(47, inputs);
        Assert.HasCount(47, outputs);
        foreach (var (text, expected) in inputs.Zip(outputs))
        {
            Assert.AreEqual(expected.Trim(), string.Join(' ', Gpt2.EncodeToIds(text)), text);
            Assert.AreEqual(text, Gpt2.Decode(Gpt2.EncodeToIds(text)));
        }
    }

    [TestMethod]
    public void EncodeToIds_VectorsOfAnIndependentEncoder_AreTheSame()
    {
        var lines = File.ReadAllLines(TestData.Require("tok-gpt2/derived/give_vectors.jsonl"));
        Assert.HasCount(60, lines);
        foreach (var line in lines)
        {
            using var vector = JsonDocument.Parse(line);
            var text = vector.RootElement.GetProperty("text").GetString()!;
            var expected = vector.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
            CollectionAssert.AreEqual(expected, Gpt2.EncodeToIds(text), text);
            Assert.AreEqual(expected.Length, Gpt2.CountTokens(text));
            Assert.AreEqual(text, Gpt2.Decode(expected));
        }
    }

    [TestMethod]
    public void Decode_OfEncodedRandomUnicode_IsTheText()
    {
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            var text = RandomText.Next(random, random.Next(30));
            Assert.AreEqual(text, Gpt2.Decode(Gpt2.EncodeToIds(text)));
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            var tokens = new List<int>();
            Gpt2.EncodeToIds(bytes, tokens);
            var decoded = new System.Buffers.ArrayBufferWriter<byte>();
            Gpt2.Decode([.. tokens], decoded);
            CollectionAssert.AreEqual(bytes, decoded.WrittenSpan.ToArray(), "Bytes that are not UTF-8 stay.");
        }
    }

    [TestMethod]
    public void EncodeToIds_UnpairedSurrogate_IsTheReplacementCharacter() =>
        CollectionAssert.AreEqual(Gpt2.EncodeToIds("a\uFFFDb"), Gpt2.EncodeToIds("a\uD800b"));

    [TestMethod]
    public void EncodeToIds_ControlToken_NeedsPermission()
    {
        const string Text = "one<|endoftext|>two";
        CollectionAssert.AreEqual(new[] { 505, 50256, 11545 }, Gpt2.EncodeToIds(Text, allowControlTokens: true));
        CollectionAssert.DoesNotContain(Gpt2.EncodeToIds(Text), 50256);
        Assert.AreEqual(Text, Gpt2.Decode(Gpt2.EncodeToIds(Text)));
        Assert.AreEqual("onetwo", Gpt2.Decode([505, 50256, 11545]));
        Assert.AreEqual(Text, Gpt2.Decode([505, 50256, 11545], withControlTokens: true));
    }

    [TestMethod]
    public void EncodeToIds_LongWord_TakesNoQuadraticTime()
    {
        // Two bytes at a time would take minutes; the merges of GPT-2 for "a" are known up to "aaaa" and longer, so only the text is
        // compared.
        var text = new string('a', 300_000);
        Assert.AreEqual(text, Gpt2.Decode(Gpt2.EncodeToIds(text)));
    }

    [TestMethod]
    public void TryEncodeToIds_TooSmallASpan_TellsTheCount()
    {
        Span<int> tokens = stackalloc int[3];
        Assert.IsTrue(Gpt2.TryEncodeToIds("one two", tokens, out var count));
        Assert.AreEqual(2, count);
        Assert.IsFalse(Gpt2.TryEncodeToIds("one two three four", tokens, out count));
        Assert.AreEqual(4, count);
    }

    [TestMethod]
    public void EncodeToIds_KnownWords_AllocatesNothing()
    {
        var tokens = new List<int>(1000);
        const string Text = "The windows of a stream, with a hop.";
        Gpt2.EncodeToIds(Text, tokens);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            Gpt2.EncodeToIds(Text, tokens);
        // A bag keeps one list for each thread, so what is returned is what is taken again.
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void EncodeToIds_ManyThreads_GetTheSame()
    {
        var random = new Random(4);
        var texts = Enumerable.Range(0, 200).Select(_ => RandomText.Next(random, 50)).ToArray();
        var expected = texts.Select(text => Gpt2.EncodeToIds(text)).ToArray();
        Parallel.For(0, 2000, i => CollectionAssert.AreEqual(expected[i % 200], Gpt2.EncodeToIds(texts[i % 200])));
    }

    [TestMethod]
    public void Decoder_TokenByToken_GivesTheTextWithoutBrokenCharacters()
    {
        const string Text = "naïve 中文 👩‍👩‍👧 end";
        var decoder = Gpt2.CreateDecoder();
        var pieces = Gpt2.EncodeToIds(Text).Select(decoder.Add).ToArray();
        Assert.IsFalse(pieces.Any(piece => piece.Contains('\uFFFD') || piece is [.., >= '\uD800' and <= '\uDBFF']));
        Assert.AreEqual(Text, string.Concat(pieces) + decoder.Finish());
        Assert.AreEqual("", decoder.Add(Gpt2.EncodeToIds("👩")[0]), "The first half of a character is held back.");
        Assert.AreEqual("\uFFFD", decoder.Finish());
        Assert.AreEqual("a", decoder.Add(Gpt2.EncodeToIds("a")[0]));
    }

    [TestMethod]
    public void Constructor_WhatDoesNotFit_IsNamed()
    {
        var bytes = TinyModels.Vocabulary();
        Expect<ArgumentException>(bytes with { Tokens = bytes.Tokens.SetItem(65, "no A") }, "no token 'A' for the byte 65");
        Expect<ArgumentException>(bytes with { Merges = ["a b"] }, "Merge 0, 'a b', needs the token 'ab', which the vocabulary lacks");
        Expect<ArgumentException>(bytes with { Merges = ["ab"] }, "Merge 0 is 'ab'; 'left right' is expected");
        Expect<ArgumentException>(bytes with { EndToken = 999 }, "the end token is 999, and ids are 0 to 256");
        Expect<NotSupportedException>(
            bytes with { PreTokenizer = "llama-bpe" }, "pre-tokenizer is 'llama-bpe', and only 'gpt-2' is supported");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BytePairTokenizer(bytes).Decode([257])).Message,
            "Tokens are 0 to 256");

        static void Expect<T>(ModelVocabulary vocabulary, string message)
            where T : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<T>(() => _ = new BytePairTokenizer(vocabulary)).Message, message);
    }
}
