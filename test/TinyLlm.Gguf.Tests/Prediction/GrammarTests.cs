namespace TinyLlm.Gguf.Tests.Prediction;

/// <summary>Grammars are read by us before llama.cpp reads them, and never end the process.</summary>
[TestClass]
public sealed class GrammarTests
{
    private static readonly TinyGptPredictionEngine Engine = TinyGptPredictionEngine.Open(TinyModels.Create(ModelKind.Llama));

    [ClassCleanup]
    public static void Cleanup() => Engine.Dispose();

    [TestMethod]
    [DataRow("", "it has no rule 'root'.")]
    [DataRow("  # nothing\n", "it has no rule 'root'.")]
    [DataRow("a ::= \"a\"", "it has no rule 'root'.")]
    [DataRow("root ::= undefined", "undefined rule identifier 'undefined'.")]
    [DataRow("root ::= \"a\"\nroot ::= \"b\"", "the rule 'root' is defined twice (line 2, column 1).")]
    [DataRow("root = \"a\"", "'::=' is expected (line 1, column 6).")]
    [DataRow("::= \"a\"", "the name of a rule is expected (line 1, column 1).")]
    [DataRow("root ::= \"a", "what begins with '\"' does not end (line 1, column 10).")]
    [DataRow("root ::= [a", "what begins with '[' does not end (line 1, column 10).")]
    [DataRow("root ::= \"\\q\"", "unknown escape (line 1, column 11).")]
    [DataRow("root ::= \"\\u12\"", "4 hexadecimal digits are expected (line 1, column 11).")]
    [DataRow("root ::= (\"a\"", "')' is expected (line 1, column 14).")]
    [DataRow("root ::= \"a\")", "the end of the line is expected (line 1, column 13).")]
    [DataRow("root ::= *", "an item is expected before what repeats it (line 1, column 10).")]
    [DataRow("root ::= \"a\"{3,2}", "3 to 2 repetitions are none (line 1, column 13).")]
    [DataRow("root ::= \"a\"{2000}", "it repeats 2,000 rules, and fewer than 2,000 are allowed (line 1, column 13).")]
    [DataRow("root ::= \"a\"{0,3000}", "it repeats 3,000 rules, and fewer than 2,000 are allowed (line 1, column 13).")]
    [DataRow("root ::= ((\"a\"?){50}){50}", "the rule 'root' can go on in ")]
    [DataRow("root ::= \"a\" x\nx ::= (y | \"\"){80}\ny ::= [b]? [c]? [d]? [e]? [f]? [g]? [h]?", "the rule 'root' can go on in 1,")]
    [DataRow("root ::= [a-z] root{1999} | ", "the rule 'root' can go on in ")]
    [DataRow("root ::= \"a\"{x}", "a whole number below 2,000 is expected (line 1, column 14).")]
    [DataRow("root ::= \"a\"{2", "'}' is expected (line 1, column 15).")]
    [DataRow("root ::= <[3]>", "tokens cannot be named, write their text instead (line 1, column 10).")]
    [DataRow("root ::= \"a\" !<|endoftext|>", "tokens cannot be named, write their text instead (line 1, column 14).")]
    [DataRow("root ::= \"a\0b\"", "a zero character ends it (line 1, column 12).")]
    [DataRow("root ::= root \"a\" | \"b\"", "the rule 'root' begins with itself (left recursion).")]
    [DataRow("root ::= (()) root", "the rule 'root' never comes to any text.")]
    [DataRow("root ::= \"a\" x\nx ::= y x\ny ::= \"\"", "the rule 'x' never comes to any text.")]
    // llama.cpp finds neither of these, and unfolds them until there is no memory.
    [DataRow("root ::= e root \"a\" | \"b\"\ne ::= f\nf ::= \"\" | \"c\"", "the rule 'root' begins with itself (left recursion).")]
    [DataRow("root ::= x\nx ::= (e y)* \"x\"\ne ::= f f\nf ::= [a]?\ny ::= x \"z\"", "begins with itself (left recursion).")]
    public void Generate_GrammarThatIsNone_SaysWhyAndWhere(string grammar, string reason)
    {
        var message = Fails(grammar);
        StringAssert.StartsWith(message, "The grammar is not valid GBNF with a rule 'root': ");
        StringAssert.Contains(message, reason);
    }

    [TestMethod]
    public void Generate_HalfOfASurrogatePair_IsNoCharacter() =>
        StringAssert.Contains(Fails("root ::= \"\uD800\""), "half of a surrogate pair is no character (line 1, column 11).");

    [TestMethod]
    public void Generate_GrammarBeyondTheLimits_SaysWhich()
    {
        StringAssert.Contains(
            Fails("root ::= " + new string('(', 20_000) + "\"a\"" + new string(')', 20_000)), "parentheses nest more than 100 deep");
        StringAssert.Contains(
            Fails("root ::= \"" + new string('a', 70_000) + "\""), "it has 70,011 characters, and at most 65,536 are allowed");
        StringAssert.Contains(
            Fails(string.Concat(Enumerable.Range(0, 4_001).Select(i => $"r{i} ::= \"a\"\n"))), "it has more than 4,000 rules");
        StringAssert.Contains(
            Fails("root ::= " + string.Concat(Enumerable.Repeat("\"aaaaaaaaaaaaaaaaaaaa\"{1999} ", 6))),
            "it has more than 200,000 symbols");
    }

    [TestMethod]
    public void Generate_GrammarAtTheLimits_IsTaken()
    {
        Assert.AreEqual("a", Generate("root ::= " + new string('(', 100) + "\"a\"" + new string(')', 100)));
        // A chain of rules: llama.cpp goes one call deeper for each.
        var chain = string.Concat(Enumerable.Range(0, 3_990).Select(i => $"r{i} ::= r{i + 1}\n"));
        Assert.AreEqual("a", Generate($"root ::= r0\n{chain}r3990 ::= \"a\""));
        Assert.AreEqual(8, Generate("root ::= \"a\"{1,1990}").Length);
    }

    [TestMethod]
    [DataRow("root ::= \"on\" | \"off\"", "on|off")]
    [DataRow("root ::= [x-z]{3}", "[x-z]{3}")]
    [DataRow("root ::= (\"a\" | \"b\")+ \"c\"\n", "[ab]*c?")]
    [DataRow("root ::= ws \"é\" # comment\r\nws ::= [ \\t\\n]?", "\\s?é")]
    [DataRow("root ::= \"\\x41\\u0042\\U00000043\"", "ABC")]
    [DataRow("root ::= (\" \"?)* \"a\"", " *a?")]
    [DataRow("root ::= \"\"", "")]
    public void Generate_Grammar_IsFollowed(string grammar, string pattern) =>
        StringAssert.Matches(Generate(grammar), new System.Text.RegularExpressions.Regex($"^(?:{pattern})$"));

    [TestMethod]
    public void Generate_CharacterThatTheVocabularyCannotWrite_IsSaid()
    {
        using var engine = TinyGptPredictionEngine.Open(TinyModels.Create(ModelKind.Gpt2, vocabulary: new ModelVocabulary
        {
            Tokens = ["a", "b", "c", "<|endoftext|>"],
            Kinds = [TokenKind.Normal, TokenKind.Normal, TokenKind.Normal, TokenKind.Control],
            EndToken = 3,
        }));
        var options = new GenerationOptions { Grammar = "root ::= \"ax\"", MaximumTokens = 4 };
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => engine.Generate("a", options)).Message,
            "No token of the vocabulary goes on as the grammar asks");
        Assert.AreEqual("ab", engine.Generate("a", options with { Grammar = "root ::= \"ab\"" }));
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(256)]
    public void Generate_GrammarEndsAndNoTokenDoes_EndsToo(int tokens)
    {
        var vocabulary = TinyModels.Vocabulary();
        vocabulary = new ModelVocabulary { Tokens = tokens == 3 ? ["a", "b", "c"] : vocabulary.Tokens[..256] };
        using var engine = TinyGptPredictionEngine.Open(TinyModels.Create(ModelKind.Gpt2, vocabulary: vocabulary));
        Assert.AreEqual("abc", engine.Generate("a", new GenerationOptions { Grammar = "root ::= \"abc\"", MaximumTokens = 20 }));
    }

    [TestMethod]
    public void Generate_TokenWithAZeroInside_IsNotChosen()
    {
        // The byte 0 is written Ā in GPT-2's alphabet: llama.cpp allows the token for its first byte, and ends the process with its
        // second.
        using var engine = TinyGptPredictionEngine.Open(TinyModels.Create(ModelKind.Gpt2, vocabulary: new ModelVocabulary
        {
            Tokens = ["a\u0100", "b", "a\u0100b", "<|endoftext|>"],
            Kinds = [TokenKind.Normal, TokenKind.Normal, TokenKind.Normal, TokenKind.Control],
            EndToken = 3,
        }));
        Assert.ThrowsExactly<InvalidOperationException>(
            () => engine.Generate("b", new GenerationOptions { Grammar = "root ::= \"a\" \"b\"", MaximumTokens = 4 }));
    }

    private static string Generate(string grammar) =>
        Engine.Generate("window", new GenerationOptions { Grammar = grammar, MaximumTokens = 8 });

    private static string Fails(string grammar) => Assert.ThrowsExactly<ArgumentException>(() => Generate(grammar)).Message;
}
