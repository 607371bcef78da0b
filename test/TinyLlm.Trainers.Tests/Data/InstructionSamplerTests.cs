using System.Collections.Immutable;
using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Data;

[TestClass]
public sealed class InstructionSamplerTests
{
    private static readonly InstructionOptions Options = new() { VocabularySize = 50257, Length = 32 };

    [TestMethod]
    public void Next_OneEpoch_PacksEveryExampleWholeAndOnce()
    {
        var examples = Examples(200, seed: 4);
        var sampler = new InstructionSampler(new PackedExamples(examples, Options), seed: 9);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var rows = Shards.Draw(sampler, (int)(sampler.CountRows(epoch + 1) - sampler.CountRows(epoch)), 32);
            var found = rows.SelectMany(Documents).ToArray();
            CollectionAssert.AreEquivalent(
                examples.Select(example => string.Join(' ', example.Prompt.ToArray().Concat(example.Response.ToArray()))).ToArray(), found);
        }
    }

    [TestMethod]
    public void Next_Packing_LeavesNoRoomThatAnExampleHad()
    {
        // First-fit: two rows can never both be at most half full, so fewer than twice the least number of rows are used.
        var examples = Examples(500, seed: 5);
        var rows = new PackedExamples(examples, Options).Count;
        var least = (examples.Sum(example => example.Positions) + 31) / 32;
        Assert.IsLessThan(2 * least, rows);
        Assert.IsGreaterThanOrEqualTo(least, rows);
    }

    [TestMethod]
    public void Next_ResponseOnly_LearnsTheResponseAndNothingElse()
    {
        var examples = new PackedExamples([Example([1, 2, 3], [4, 5]), Example([6], [7, 8, 9])], Options with { Length = 8 });
        var rows = Shards.ReadAll(examples, 8);
        Assert.HasCount(1, rows);
        const int None = TokenBatch.NoTarget;
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, 6, 7, 8, 0 }, rows[0].Inputs);
        CollectionAssert.AreEqual(new[] { None, None, 4, 5, 7, 8, 9, None }, rows[0].Targets);
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0, 4, 4, 4, 7 }, rows[0].DocumentStarts);
    }

    [TestMethod]
    public void Next_AllTokens_LearnsThePromptToo()
    {
        var options = new InstructionOptions { VocabularySize = 50257, Length = 7, ResponseOnly = false, SeparateDocuments = false };
        var rows = Shards.ReadAll(new PackedExamples([Example([1, 2, 3], [4, 5]), Example([], [7, 8, 9])], options), 7);
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, 7, 8, 0 }, rows[0].Inputs);
        CollectionAssert.AreEqual(new[] { 2, 3, 4, 5, 8, 9, TokenBatch.NoTarget }, rows[0].Targets);
        CollectionAssert.AreEqual(new int[7], rows[0].DocumentStarts);
    }

    [TestMethod]
    public void Next_OneTokenResponse_LearnsIt()
    {
        var row = Shards.ReadAll(new PackedExamples([Example([1, 2], [3])], new() { VocabularySize = 50257, Length = 2 }), 2)[0];
        CollectionAssert.AreEqual(new[] { 1, 2 }, row.Inputs);
        CollectionAssert.AreEqual(new[] { TokenBatch.NoTarget, 3 }, row.Targets);
    }

    [TestMethod]
    public void Next_Epochs_ShuffleAnew()
    {
        var sampler = new InstructionSampler(new PackedExamples(Examples(200, seed: 4), Options), seed: 9);
        var first = Shards.Draw(sampler, (int)sampler.CountRows(1), 32)[0].Inputs;
        CollectionAssert.AreNotEqual(first, Shards.Draw(sampler, 1, 32)[0].Inputs);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(5)]
    [DataRow(150)]
    public void RestoreState_AnyPlace_GoesOnAsIfUninterrupted(int drawn)
    {
        var examples = Examples(200, seed: 4);
        var sampler = new InstructionSampler(new PackedExamples(examples, Options), seed: 9);
        Shards.Draw(sampler, drawn, 32);
        var state = new long[sampler.StateLength];
        sampler.SaveState(state);
        var resumed = new InstructionSampler(new PackedExamples(examples, Options), seed: 9);
        resumed.RestoreState(state);
        CollectionAssert.AreEqual(
            Shards.Draw(sampler, 200, 32).SelectMany(row => row.Inputs).ToArray(),
            Shards.Draw(resumed, 200, 32).SelectMany(row => row.Inputs).ToArray());
    }

    [TestMethod]
    public void Constructor_BadExample_SaysWhichAndWhy()
    {
        AssertError(
            "Example 1 has 34 tokens; at most 33 fit a row of 32. Raise SequenceLength, or shorten the example.",
            Example(new int[32], [1, 2]));
        AssertError("Example 1 has nothing to learn: a response token after another is expected.", Example([1, 2], []));
        AssertError("Example 1 has nothing to learn: a response token after another is expected.", Example([], [1]));
        AssertError("Example 1 has the token 50257; the vocabulary has the tokens 0 to 50256.", Example([1], [50257]));
        AssertError("Example 1 has the token -1; the vocabulary has the tokens 0 to 50256.", Example([-1], [2]));
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentException>(() => new PackedExamples([], Options)).Message,
            "No example was given; at least one is expected.");

        static void AssertError(string expected, InstructionExample example) => StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentException>(() => new PackedExamples([Example([1], [2]), example], Options)).Message, expected);
    }

    [TestMethod]
    public void Describe_OtherExamples_SaysOtherwise()
    {
        static string Of(ImmutableArray<InstructionExample> examples, InstructionOptions options) =>
            new PackedExamples(examples, options).Describe();

        Assert.AreEqual(Of(Examples(20, 1), Options), Of(Examples(20, 1), Options));
        Assert.AreNotEqual(Of(Examples(20, 1), Options), Of(Examples(20, 2), Options));
        Assert.AreNotEqual(Of([Example([1], [2, 3])], Options), Of([Example([1, 2], [3])], Options));
        Assert.AreNotEqual(Of(Examples(20, 1), Options), Of(Examples(20, 1), Options with { ResponseOnly = false }));
        Assert.AreNotEqual(Of(Examples(20, 1), Options), Of(Examples(20, 1), Options with { SeparateDocuments = false }));
    }

    // Puts each document of a row together again, from what is read and the last token, which is only predicted. Padding is 0.
    private static IEnumerable<string> Documents(TokenBatch row) =>
        Enumerable.Range(0, row.Length).GroupBy(t => row.DocumentStarts[t]).Where(document => row.Inputs[document.Key] != 0)
            .Select(document => string.Join(' ', document.Select(t => row.Inputs[t]).Append(row.Targets[document.Last()])));

    private static ImmutableArray<InstructionExample> Examples(int count, int seed)
    {
        var random = new Random(seed);
        int[] Tokens(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(1, 50_000))];
        return [.. Enumerable.Range(0, count).Select(_ => Example(Tokens(random.Next(1, 25)), Tokens(random.Next(1, 8))))];
    }

    private static InstructionExample Example(int[] prompt, int[] response) => new(prompt, response);
}
