using System.Text;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Grammars, made of the pieces that grammars are made of, and sometimes of anything.</summary>
internal sealed class GrammarTarget : FuzzTarget
{
    private static readonly string[] Names = ["root", "a", "b", "c-1", "ws"];
    private static readonly string[] Items =
    [
        "\"a\"", "\"ab\\n\"", "\"\"", "[a-z]", "[^a-z]", "[]", "[^]", "[a-]", "[\\x41-\\u00ff]", "\"\\U0001F600\"", ".", "<[3]>", "!<[3]>",
        "<[999999]>", "<|endoftext|>", "\"é日\"", "[日-本]", "\"\\x00\"", "# text\n", "\"\\q\"",
    ];

    private static readonly string[] Repeats =
    [
        "*", "+", "?", "{2}", "{0,3}", "{2,}", "{3,2}", "{0}", "{1999}", "{5000}", "{,3}", "{0,1999}",
    ];

    private static readonly string[] Few = ["*", "+", "?", "{2}"];

    private const string Letters = "()[]{}|*+?\"\\-<>!.:= \na0\0\uD800é";

    private TinyGptPredictionEngine? _engine;

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        _engine = TinyGptPredictionEngine.Open(BaseModels.Model(ModelKind.Llama), new TinyGptOptions { Threads = 1 });
    }

    public override void Run(Random random, Action<string> tell)
    {
        var text = new StringBuilder();
        foreach (var name in Names.Take(random.Next(1, Names.Length + 1)))
            text.Append(name).Append(" ::= ").Append(Alternatives(random, random.Next(5))).Append('\n');
        if (random.Next(5) == 0)
        {
            for (var changes = random.Next(1, 4); changes > 0 && text.Length > 0; changes--)
                text[random.Next(text.Length)] = Letters[random.Next(Letters.Length)];
        }

        if (random.Next(100) == 0)
        {
            var depth = random.Next(30_000);
            text.Clear().Append("root ::= ").Append('(', depth).Append("\"a\"").Append(')', depth);
        }

        var grammar = text.ToString();
        tell(grammar.Length <= 2000 ? grammar : $"{grammar.Length} characters");
        _ = _engine!.Generate("ab", new GenerationOptions { MaximumTokens = 5, Grammar = grammar, Temperature = random.Next(2) });
    }

    public override bool IsDocumented(Exception exception) => EngineTarget.IsRefusal(exception);

    public override void Dispose() => _engine?.Dispose();

    private static string Alternatives(Random random, int depth) =>
        string.Join(" | ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Sequence(random, depth)));

    private static string Sequence(Random random, int depth) =>
        string.Join(' ', Enumerable.Range(0, random.Next(0, 4)).Select(_ => Item(random, depth)));

    private static string Item(Random random, int depth)
    {
        var item = random.Next(8) switch
        {
            0 or 1 when depth > 0 => $"({Alternatives(random, depth - 1)})",
            2 or 3 => Names[random.Next(Names.Length)],
            _ => Items[random.Next(Items.Length)],
        };
        // A rule that is ambiguous at every letter takes time that doubles with each: that is not what is looked for.
        var repeats = char.IsLetter(item[0]) || item[0] == '(' ? Few : Repeats;
        return random.Next(3) == 0 ? item + repeats[random.Next(repeats.Length)] : item;
    }
}
