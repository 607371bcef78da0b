using System.Text.Json;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms.Tests.Tokenization;

[TestClass]
public sealed class BytePairTrainerTests
{
    private static readonly string[] Symbols = ["<a1>", "<a2>", "<miss>"];

    [TestMethod]
    public void TrainFromFiles_ReferenceCorpus_GivesTheReferencesTokensAndMerges()
    {
        var vocabulary = new BytePairTrainer(new BytePairTrainerOptions { VocabularySize = 500 })
            .TrainFromFiles([TestData.Require("tok-gpt2/bpe-train-reference/corpus.en")]);
        using var json = JsonDocument.Parse(
            File.ReadAllText(TestData.Require("tok-gpt2/bpe-train-reference/train-bpe-reference-vocab.json")));
        var expected = json.RootElement.EnumerateObject().OrderBy(token => token.Value.GetInt32()).Select(token => token.Name).ToArray();
        CollectionAssert.AreEqual(expected, vocabulary.Tokens);
        CollectionAssert.AreEqual(
            File.ReadAllLines(TestData.Require("tok-gpt2/bpe-train-reference/train-bpe-reference-merges.txt")), vocabulary.Merges);
    }

    [TestMethod]
    public void Train_SmallText_MergesAsByHand()
    {
        // "abab" stands 3 times: (a, b) 6 times; then (ab, ab) 3 times, as often as (Ġ, ab), which has the smaller left bytes.
        var vocabulary = new BytePairTrainer(new BytePairTrainerOptions { VocabularySize = 400, ControlTokens = [] }).Train(
            ["abab abab", " abab"]);
        CollectionAssert.AreEqual(new[] { "a b", "ab ab", "Ġ abab" }, vocabulary.Merges);
        CollectionAssert.AreEqual(new[] { "ab", "abab", "Ġabab" }, vocabulary.Tokens[256..]);
        Assert.IsNull(vocabulary.EndToken);
    }

    [TestMethod]
    public void Train_MinimumFrequency_LeavesRarePairsApart() =>
        CollectionAssert.AreEqual(
            new[] { "a b" },
            new BytePairTrainer(new BytePairTrainerOptions { MinimumFrequency = 4 }).Train(["ab ab ab", "ab", "cd cd"]).Merges);

    [TestMethod]
    public void Train_RandomTexts_AreEncodedAsACountFromScratchWould()
    {
        // The oracle counts all pairs anew before each merge.
        var random = new Random(8);
        for (var round = 0; round < 20; round++)
        {
            var words = Enumerable.Range(0, 60).Select(
                _ => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => "abc"[random.Next(3)]))).ToArray();
            var vocabulary = new BytePairTrainer(
                new BytePairTrainerOptions { VocabularySize = 320, ControlTokens = [], MinimumFrequency = 1 }).Train(words);
            var expected = Naive(words, vocabulary.Merges.Length);
            CollectionAssert.AreEqual(expected, vocabulary.Merges);
        }
    }

    [TestMethod]
    public void Train_ReservedTokens_AreNeverSplitOrMergedWithNeighbours()
    {
        var random = new Random(9);
        var texts = Enumerable.Range(0, 200).Select(
            _ => string.Concat(
            Enumerable.Range(0, 20).Select(_ => random.Next(2) == 0 ? Symbols[random.Next(3)] : RandomText.Next(random, 1)))).ToArray();
        var vocabulary = new BytePairTrainer(new BytePairTrainerOptions { VocabularySize = 600, ReservedTokens = [.. Symbols] }).Train(
            texts);
        var tokenizer = new BytePairTokenizer(vocabulary);
        foreach (var text in texts)
        {
            var tokens = tokenizer.EncodeToIds(text);
            Assert.AreEqual(text, tokenizer.Decode(tokens));
            for (var symbol = 0; symbol < Symbols.Length; symbol++)
                Assert.AreEqual(text.Split(Symbols[symbol]).Length - 1, tokens.Count(token => token == symbol + 1));
        }

        Assert.AreEqual((0, TokenKind.Control, TokenKind.UserDefined), (vocabulary.EndToken, vocabulary.Kinds[0], vocabulary.Kinds[3]));
    }

    [TestMethod]
    public void Train_NameOfAReservedToken_IsNoLearnedOne()
    {
        var vocabulary = new BytePairTrainer(new BytePairTrainerOptions { ReservedTokens = ["Ġb"], ControlTokens = [] }).Train(
            [" b b b", " bb bb"]);
        Assert.AreEqual(0, vocabulary.Tokens.IndexOf("Ġb"));
        Assert.AreEqual(
            " bb b", new BytePairTokenizer(vocabulary) is var tokenizer ? tokenizer.Decode(tokenizer.EncodeToIds(" bb b")) : "");
    }

    [TestMethod]
    public void Validate_WrongSettings_AreAllReported()
    {
        var options = new BytePairTrainerOptions
        {
            VocabularySize = 5,
            MinimumFrequency = 0,
            ReservedTokens = ["a", "", "<x", "x>", "<x", "<x<|end"]
        };
        var message = Assert.ThrowsExactly<ArgumentException>(() => _ = new BytePairTrainer(options)).Message;
        foreach (var part in (string[])[
            "VocabularySize is 5, and 256 bytes with 7 whole tokens need 263", "MinimumFrequency is 0; at least 1 is expected",
                "a whole token is empty", "'<x' is given 2 times",
            "'a' is the name of a byte's own token", "'<x' can end where 'x>' begins"])
        {
            StringAssert.Contains(message, part);
        }
    }

    [TestMethod]
    public void Train_Cancelled_Stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => new BytePairTrainer(new BytePairTrainerOptions { CancellationToken = cancelled.Token }).Train(["a b"]));
    }

    private static string[] Naive(string[] words, int count)
    {
        var split = words.Select(word => word.Select(letter => letter.ToString()).ToList()).ToArray();
        var merges = new List<string>();
        while (merges.Count < count)
        {
            var (left, right) = split.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair)
                .OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key.First, StringComparer.Ordinal)
                .ThenByDescending(group => group.Key.Second, StringComparer.Ordinal).First().Key;
            merges.Add($"{left} {right}");
            foreach (var word in split)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] = left + right;
                        word.RemoveAt(i + 1);
                    }
                }
            }
        }

        return [.. merges];
    }
}
