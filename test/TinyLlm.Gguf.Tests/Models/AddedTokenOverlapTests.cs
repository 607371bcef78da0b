namespace TinyLlm.Gguf.Tests.Models;

[TestClass]
public sealed class AddedTokenOverlapTests
{
    [TestMethod]
    [DataRow("ab bcd", true)]
    [DataRow("ab bc", true)]        // of equally long ones llama.cpp's order is that of a sort
    [DataRow("abc cd", false)]      // the left one is the longer one
    [DataRow("abc b", false)]
    [DataRow("ab abc", false)]
    [DataRow("aa aaa aaaa", false)] // the longest at a place is the longest in the text
    [DataRow("aba", false)]
    [DataRow("<x1> <x2> <x12>", false)]
    [DataRow("ab bcd abc", true)]
    [DataRow("ab bcd abcd", false)]
    public void Find_Tokens_SaysWhetherReadingsDiffer(string tokens, bool expected) =>
        Assert.AreEqual(expected, AddedTokenOverlap.Find(tokens.Split(' ')) is not null);

    [TestMethod]
    public void Find_RandomTokens_AgreesWithAllTexts()
    {
        // Both readings written down plainly, over all texts of three letters up to eight long: long enough for two tokens of at most four.
        var texts = Enumerable.Range(1, 8).SelectMany(Texts).ToArray();
        var random = new Random(7);
        var found = 0;
        for (var round = 0; round < 60; round++)
        {
            var tokens = Enumerable.Range(0, random.Next(2, 5)).Select(_ => RandomToken(random)).Distinct().ToArray();
            // Two tokens of one length that overlap are refused for llama.cpp's order alone: either order must agree to be taken.
            var differs = texts.Any(text => Orders(tokens).Any(order => LongestFirst(text, order) != Leftmost(text, tokens)));
            Assert.AreEqual(differs, AddedTokenOverlap.Find(tokens) is not null, string.Join(' ', tokens));
            found += differs ? 1 : 0;
        }

        Assert.IsTrue(found is > 5 and < 55, $"{found} of 60 sets differ; both outcomes must be seen.");
    }

    [TestMethod]
    public void Problem_ControlTokens_CountOnlyAmongAll()
    {
        var bytes = TinyModels.Vocabulary();
        var vocabulary = bytes with
        {
            Tokens = [.. bytes.Tokens, "xy", "yzz"],
            Kinds = [.. bytes.Kinds, TokenKind.UserDefined, TokenKind.Control],
        };
        StringAssert.Contains(
            AddedTokenOverlap.Problem(vocabulary), "the added tokens 'xy' and 'yzz' give 'xyzz' two readings: the leftmost first");
        Assert.IsNull(AddedTokenOverlap.Problem(vocabulary with { Kinds = [.. bytes.Kinds, TokenKind.UserDefined, TokenKind.Normal] }));
    }

    private static IEnumerable<string> Texts(int length) =>
        length == 0 ? [""] : Texts(length - 1).SelectMany(text => "abc".Select(letter => text + letter));

    private static string RandomToken(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "abc"[random.Next(3)]));

    private static IEnumerable<string[]> Orders(string[] tokens) =>
    [
        [.. tokens.OrderByDescending(token => token.Length).ThenBy(token => token, StringComparer.Ordinal)],
        [.. tokens.OrderByDescending(token => token.Length).ThenByDescending(token => token, StringComparer.Ordinal)],
    ];

    private static string Leftmost(string text, string[] tokens)
    {
        var reading = "";
        for (var i = 0; i < text.Length;)
        {
            var token = tokens.Where(token => string.CompareOrdinal(text, i, token, 0, token.Length) == 0).MaxBy(token => token.Length);
            reading += token is null ? text[i] : $"[{token}]";
            i += token?.Length ?? 1;
        }

        return reading;
    }

    // Source of the rule: tokenizer_st_partition of llama-vocab.cpp.
    private static string LongestFirst(string text, string[] order)
    {
        var pieces = new List<(string Text, bool IsToken)> { (text, false) };
        foreach (var token in order)
        {
            for (var i = 0; i < pieces.Count; i++)
            {
                var (piece, isToken) = pieces[i];
                var at = isToken ? -1 : piece.IndexOf(token, StringComparison.Ordinal);
                if (at < 0)
                    continue;
                pieces.RemoveAt(i);
                pieces.InsertRange(i, [(piece[..at], false), (token, true), (piece[(at + token.Length)..], false)]);
                i++;
            }
        }

        return string.Concat(pieces.Select(piece => piece.IsToken ? $"[{piece.Text}]" : piece.Text));
    }
}
