using System.Text;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms.Tests.Tokenization;

/// <summary>What is tokenized for training must be what llama.cpp tokenizes on the device.</summary>
[TestClass]
public sealed class EngineParityTests
{
    [TestMethod]
    public void EncodeToIds_Gpt2sVocabulary_IsLlamaCpps()
    {
        using var engine = Open(BytePairTokenizerTests.Gpt2.Vocabulary);
        var random = new Random(6);
        for (var round = 0; round < 500; round++)
        {
            var text = RandomText.Next(random, 30);
            CollectionAssert.AreEqual(engine.Tokenize(text), BytePairTokenizerTests.Gpt2.EncodeToIds(text), text);
        }
    }

    [TestMethod]
    public void EncodeToIds_ReservedTokens_AreLlamaCpps()
    {
        var vocabulary = ReservedTokenTests.WithReserved(TinyModels.Vocabulary());
        var tokenizer = new BytePairTokenizer(vocabulary);
        using var engine = Open(vocabulary);
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var text = ReservedTokenTests.Mixed(random, 20);
            var tokens = tokenizer.EncodeToIds(text);
            CollectionAssert.AreEqual(engine.Tokenize(text), tokens, text);
            Assert.AreEqual(engine.Detokenize(tokens), tokenizer.Decode(tokens));
        }
    }

    [TestMethod]
    [DataRow("  |   |    |     ", " ab")]               // runs of spaces, as in CodeGen's and GPT-NeoX' vocabularies
    [DataRow("abc|cd|bb", "abcd")]                      // where one ends another one begins, and all readings agree
    [DataRow("<a>|<a><b>|<b>", "<>ab")]
    public void EncodeToIds_OverlapsThatAgree_AreLlamaCpps(string reserved, string letters)
    {
        var bytes = TinyModels.Vocabulary();
        var tokens = reserved.Split('|');
        var vocabulary = bytes with
        {
            Tokens = [.. bytes.Tokens, .. tokens],
            Kinds = [.. bytes.Kinds, .. tokens.Select(_ => TokenKind.UserDefined)],
        };
        var tokenizer = new BytePairTokenizer(vocabulary);
        using var engine = Open(vocabulary);
        var random = new Random(8);
        for (var round = 0; round < 500; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 12).Select(_ => letters[random.Next(letters.Length)]));
            CollectionAssert.AreEqual(engine.Tokenize(text), tokenizer.EncodeToIds(text), text);
        }
    }

    [TestMethod]
    [DataRow("ab", "bcd")]
    [DataRow("<x", "x>>")]
    public void Constructor_OverlapsThatDiffer_AreRefused(string first, string second)
    {
        var bytes = TinyModels.Vocabulary();
        var vocabulary = bytes with
        {
            Tokens = [.. bytes.Tokens, first, second],
            Kinds = [.. bytes.Kinds, TokenKind.UserDefined, TokenKind.UserDefined],
        };
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => new BytePairTokenizer(vocabulary)).Message,
            $"the added tokens '{first}' and '{second}' give '{first}{second[1..]}' two readings");
    }

    [TestMethod]
    public void CharacterClasses_EveryCodePoint_AreLlamaCpps()
    {
        // With merges of a letter, a digit and a mark with every first byte of a character, the tokens tell what class a character is of.
        var bytes = TinyModels.Vocabulary();
        string[] merges = [.. from left in "a1!" from lead in Enumerable.Range(0xC2, 0x33) select $"{left} {bytes.Tokens[lead]}"];
        var vocabulary = bytes with
        {
            Tokens = [.. bytes.Tokens, .. merges.Select(merge => merge.Replace(" ", ""))],
            Kinds = [.. bytes.Kinds, .. merges.Select(_ => TokenKind.Normal)],
            Merges = [.. merges],
        };
        var tokenizer = new BytePairTokenizer(vocabulary);
        using var engine = Open(vocabulary);
        var differing = new List<string>();
        foreach (var block in Enumerable.Range(0x80, 0x110000 - 0x80).Where(Rune.IsValid).Select(value => new Rune(value)).Chunk(256))
        {
            if (!engine.Tokenize(Probe(block)).SequenceEqual(tokenizer.EncodeToIds(Probe(block))))
                differing.AddRange(
                    block.Where(rune => !engine.Tokenize(Probe([rune])).SequenceEqual(tokenizer.EncodeToIds(Probe([rune])))).Select(
                    rune => $"U+{rune.Value:X}"));
        }

        Assert.IsEmpty(differing, $"{differing.Count}: {string.Join(' ', differing.Take(50))}");

        static string Probe(Rune[] runes) => string.Concat(runes.Select(rune => $"a{rune}\n1{rune}\n!{rune}\n"));
    }

    [TestMethod]
    public void EncodeToIds_Prompt_IsHowTheExampleBegins()
    {
        // What the device feeds must be what stood before the response in training.
        foreach (var response in (string[])["Tap", "7", " Double", "é", "<a>", "'s"])
        {
            var prompt = BytePairTokenizerTests.Gpt2.EncodeToIds(PromptTemplate.Default.Format("1 2 3"));
            var example = BytePairTokenizerTests.Gpt2.EncodeToIds(PromptTemplate.Default.Format("1 2 3", response));
            CollectionAssert.AreEqual(prompt, example[..prompt.Length], response);
        }
    }

    private static TinyGptPredictionEngine Open(ModelVocabulary vocabulary)
    {
        using var model = TinyModels.Create(ModelKind.Llama, vocabulary: vocabulary);
        using var gguf = new MemoryStream();
        model.Save(gguf);
        return TinyGptPredictionEngine.Open(gguf.ToArray());
    }
}
