using System.Text;

namespace TinyLlm.Gguf;

/// <summary>
/// Reads a grammar in llama.cpp's GBNF before llama.cpp does, which overflows the stack where one nests deeply, takes all memory where
/// one repeats often, and tells its reasons to nobody. Source: <c>llama-grammar.cpp</c> of llama.cpp v0.4.0.
/// </summary>
/// <param name="text">The grammar.</param>
internal sealed class GrammarReader(string text)
{
    /// <summary>The rule that a text follows.</summary>
    public const string Root = "root";

    public const int MostCharacters = 65_536;
    public const int MostNesting = 100;
    public const int MostRules = 4_000;
    public const int MostRepetitions = 2_000; // MAX_REPETITION_THRESHOLD
    public const int MostWays = 1_000;
    private const int MostSymbols = 200_000;
    private const int Terminal = -1;

    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly List<List<int[]>?> _rules = []; // each a list of alternatives; null where it is only named
    private readonly List<string> _ruleNames = [];
    private int _position;
    private int _symbols;
    private int _depth;
    private int _generated;

    /// <summary>Reads the grammar.</summary>
    /// <exception cref="ArgumentException">It is not valid, or beyond a limit; the message tells where.</exception>
    public void Read()
    {
        if (text.Length > MostCharacters)
            throw Fault($"it has {text.Length:N0} characters, and at most {MostCharacters:N0} are allowed", at: null);
        if (text.IndexOf('\0') is >= 0 and var zero)
            throw Fault("a zero character ends it", zero);
        for (SkipSpace(true); Peek() != 0;)
            ReadRule();
        foreach (var (name, id) in _names)
        {
            if (_rules[id] is null)
                throw Fault($"undefined rule identifier '{name}'", at: null);
        }

        if (!_names.ContainsKey(Root))
            throw Fault($"it has no rule '{Root}'", at: null);
        var unfolding = new GrammarUnfolding(_rules!);
        if (unfolding.LeftRecursion is { } rule)
            throw Fault($"the rule '{_ruleNames[rule]}' begins with itself (left recursion)", at: null);
        if (unfolding.WithoutText is { } idle)
            throw Fault($"the rule '{_ruleNames[idle]}' never comes to any text", at: null);
        if (unfolding.Widest is var (widest, ways) && ways > MostWays)
            throw Fault($"the rule '{_ruleNames[widest]}' can go on in {ways:N0} ways, and at most {MostWays:N0} are allowed", at: null);
    }

    private void ReadRule()
    {
        var start = _position;
        var name = ReadName();
        var id = IdOf(name);
        if (_rules[id] is not null)
            throw Fault($"the rule '{name}' is defined twice", start);
        SkipSpace(false);
        if (!text.AsSpan(_position).StartsWith("::="))
            throw Fault("'::=' is expected");
        _position += 3;
        SkipSpace(true);
        _rules[id] = ReadAlternatives(name, isNested: false);
        if (Peek() is not ('\0' or '\r' or '\n'))
            throw Fault("the end of the line is expected");
        SkipSpace(true);
    }

    private List<int[]> ReadAlternatives(string name, bool isNested)
    {
        var alternatives = new List<int[]>();
        while (true)
        {
            alternatives.Add(ReadSequence(name, isNested));
            if (Peek() != '|')
                return alternatives;
            _position++;
            SkipSpace(true);
        }
    }

    private int[] ReadSequence(string name, bool isNested)
    {
        var sequence = new List<int>();
        var (last, inside) = (0, 1L); // where the last item begins, and the rules that it stands for
        while (true)
        {
            switch (Peek())
            {
                case '"' or '[':
                    (last, inside) = (sequence.Count, 1);
                    ReadCharacters(sequence, Peek() == '"' ? '"' : ']');
                    break;
                case '<' or '!':
                    // llama.cpp allows a token whose text reaches one that is named in its middle, and ends the process when it takes it.
                    throw Fault("tokens cannot be named, write their text instead");
                case '.':
                    (last, inside) = (sequence.Count, 1);
                    _position++;
                    Add(sequence, Terminal);
                    break;
                case '(':
                    last = sequence.Count;
                    var before = _names.Count + _generated;
                    Add(sequence, ReadGroup(name));
                    inside = Math.Max(1, _names.Count + _generated - before);
                    break;
                case '*' or '+' or '?' or '{':
                    inside = Repeat(sequence, last, inside, name, isNested);
                    break;
                case var c when IsWord(c):
                    (last, inside) = (sequence.Count, 1);
                    Add(sequence, IdOf(ReadName()));
                    break;
                default:
                    return [.. sequence];
            }

            SkipSpace(isNested);
        }
    }

    private int ReadGroup(string name)
    {
        if (++_depth > MostNesting)
            throw Fault($"parentheses nest more than {MostNesting} deep");
        _position++;
        SkipSpace(true);
        var rule = Generate(name);
        _rules[rule] = ReadAlternatives(name, isNested: true);
        if (Peek() != ')')
            throw Fault("')' is expected");
        _position++;
        _depth--;
        return rule;
    }

    private void ReadCharacters(List<int> sequence, char end)
    {
        var start = _position++;
        var isClass = end == ']';
        if (isClass && Peek() == '^')
            _position++;
        var any = false;
        while (Peek() != end)
        {
            ReadCharacter(start);
            if (isClass && Peek() == '-' && Peek(1) != ']')
            {
                _position++;
                ReadCharacter(start);
            }

            if (!isClass || !any)
                Add(sequence, Terminal);
            any = true;
        }

        _position++;
    }

    private void ReadCharacter(int start)
    {
        if (Peek() == 0)
            throw Fault($"what begins with '{text[start]}' does not end", start);
        if (Peek() != '\\')
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(_position), out _, out var length) != System.Buffers.OperationStatus.Done)
                throw Fault("half of a surrogate pair is no character");
            _position += length;
            return;
        }

        var digits = Peek(1) switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits == 0 && Peek(1) is not ('t' or 'r' or 'n' or '\\' or '"' or '[' or ']' or '-'))
            throw Fault("unknown escape");
        for (var i = 0; i < digits; i++)
        {
            if (!char.IsAsciiHexDigit(Peek(2 + i)))
                throw Fault($"{digits} hexadecimal digits are expected");
        }

        _position += 2 + digits;
    }

    private long Repeat(List<int> sequence, int last, long inside, string name, bool isNested)
    {
        var start = _position;
        var (least, most) = ReadRepetition(isNested);
        if (last == sequence.Count)
            throw Fault("an item is expected before what repeats it", start);
        var times = most is > 0 ? most.Value : Math.Max(1, least);
        if (most < least || times >= MostRepetitions || inside * times >= MostRepetitions)
            throw Fault(
                most < least ? $"{least} to {most} repetitions are none" : $"it repeats {inside * times:N0} rules, and fewer than "
                + $"{MostRepetitions:N0} are allowed", start);
        var item = sequence[last..].ToArray();
        if (least == 0)
            sequence.RemoveRange(last, item.Length);
        for (var i = 1; i < least; i++)
            Add(sequence, item);
        if (most is null || most > least)
        {
            // Without a limit S' ::= S S' | and with one a rule for each: S'(n) ::= S S'(n - 1) |
            int? rest = null;
            for (var i = 0; i < (most - least ?? 1); i++)
            {
                var rule = Generate(name);
                var again = new List<int>();
                Add(again, item);
                if ((rest ?? (most is null ? rule : null)) is { } next)
                    Add(again, next);
                _rules[rule] = [[.. again], []];
                rest = rule;
            }

            Add(sequence, rest!.Value);
        }

        return inside * times;
    }

    private (long Least, long? Most) ReadRepetition(bool isNested)
    {
        var sign = Peek();
        _position++;
        if (sign != '{')
            return sign switch { '*' => (0, null), '+' => (1, null), _ => (0, 1) };
        SkipSpace(isNested);
        var least = ReadNumber();
        SkipSpace(isNested);
        long? most = least;
        if (Peek() == ',')
        {
            _position++;
            SkipSpace(isNested);
            most = char.IsAsciiDigit(Peek()) ? ReadNumber() : null;
            SkipSpace(isNested);
        }

        if (Peek() != '}')
            throw Fault("'}' is expected");
        _position++;
        return (least, most);
    }

    private long ReadNumber()
    {
        var start = _position;
        while (char.IsAsciiDigit(Peek()))
            _position++;
        return _position - start is > 0 and <= 9
            ? long.Parse(text.AsSpan(start, _position - start), System.Globalization.CultureInfo.InvariantCulture)
            : throw Fault($"a whole number below {MostRepetitions:N0} is expected", start);
    }

    private string ReadName()
    {
        var start = _position;
        while (IsWord(Peek()))
            _position++;
        return _position > start ? text[start.._position] : throw Fault("the name of a rule is expected");
    }

    private int IdOf(string name)
    {
        if (!_names.TryGetValue(name, out var id))
        {
            _names.Add(name, id = _rules.Count);
            NewRule(name);
        }

        return id;
    }

    private int Generate(string name)
    {
        _generated++;
        NewRule(name);
        return _rules.Count - 1;
    }

    private void NewRule(string name)
    {
        _rules.Add(null);
        _ruleNames.Add(name);
        if (_rules.Count > MostRules)
            throw Fault($"it has more than {MostRules:N0} rules, those counted that groups and repetitions stand for");
    }

    private void Add(List<int> sequence, params ReadOnlySpan<int> symbols)
    {
        sequence.AddRange(symbols);
        if ((_symbols += symbols.Length) > MostSymbols)
            throw Fault($"it has more than {MostSymbols:N0} symbols once repetitions are written out");
    }

    private void SkipSpace(bool newLines)
    {
        while (Peek() is ' ' or '\t' or '#' || (newLines && Peek() is '\r' or '\n'))
        {
            if (Peek() == '#')
            {
                while (Peek() is not ('\0' or '\r' or '\n'))
                    _position++;
            }
            else
            {
                _position++;
            }
        }
    }

    private char Peek(int ahead = 0) => _position + ahead < text.Length ? text[_position + ahead] : '\0';

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';

    private ArgumentException Fault(string reason) => Fault(reason, _position);

    private ArgumentException Fault(string reason, int? at)
    {
        var where = "";
        if (at is { } position)
        {
            var before = text.AsSpan(0, position);
            where = $" (line {before.Count('\n') + 1}, column {position - before.LastIndexOf('\n')})";
        }

        return new ArgumentException($"The grammar is not valid GBNF with a rule '{Root}': {reason}{where}.");
    }
}
