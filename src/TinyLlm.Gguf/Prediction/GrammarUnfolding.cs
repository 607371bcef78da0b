namespace TinyLlm.Gguf;

/// <summary>
/// What llama.cpp makes of a grammar's rules before it reads a character: every way in which they can begin. Where a rule begins with
/// itself and something behind, it would unfold it for ever; where very much may be empty, for very long.
/// </summary>
internal sealed class GrammarUnfolding
{
    /// <summary>Unfolds rules.</summary>
    /// <param name="rules">For each rule its alternatives, each a sequence of rules, or of negative numbers for text.</param>
    public GrammarUnfolding(IReadOnlyList<IReadOnlyList<int[]>> rules)
    {
        var mayBeEmpty = FindEmpty(rules);
        var edges = FindBeginnings(rules, mayBeEmpty);
        var order = new List<int>(rules.Count);
        var component = Components(edges, order);
        for (var rule = 0; rule < rules.Count && LeftRecursion is null; rule++)
        {
            if (edges[rule].Exists(edge => edge.IsFollowed && component[rule] == component[edge.To]))
                LeftRecursion = rule;
        }

        var beginsWithText = FindText(rules, mayBeEmpty);
        for (var rule = 0; rule < rules.Count && WithoutText is null; rule++)
        {
            if (!mayBeEmpty[rule] && !beginsWithText[rule])
                WithoutText = rule;
        }

        // Rules that others begin with stand before them in the order.
        var ways = new double[rules.Count];
        foreach (var rule in order)
        {
            ways[rule] = rules[rule].Sum(alternative => WaysOf(alternative, mayBeEmpty, ways).First);
        }

        for (var rule = 0; rule < rules.Count; rule++)
        {
            var most = rules[rule].Select(alternative => WaysOf(alternative, mayBeEmpty, ways).Most).Append(ways[rule]).Max();
            if (most > Widest.Ways)
                Widest = (rule, most);
        }
    }

    /// <summary>Gets a rule that begins with itself and something behind; null where there is none.</summary>
    public int? LeftRecursion { get; }

    /// <summary>Gets a rule that neither may be empty nor ever comes to any text: llama.cpp asserts that there is none.</summary>
    public int? WithoutText { get; }

    /// <summary>Gets the rule that can begin, or go on, in the most ways, and the ways.</summary>
    public (int Rule, double Ways) Widest { get; }

    // The ways to go on from the beginning of an alternative, and the most from any place in it.
    private static (double First, double Most) WaysOf(int[] alternative, bool[] mayBeEmpty, double[] ways)
    {
        var (here, most) = (1.0, 1.0);
        for (var i = alternative.Length - 1; i >= 0; i--)
        {
            var symbol = alternative[i];
            here = symbol < 0 ? 1 : ways[symbol] + (mayBeEmpty[symbol] ? here : 0);
            most = Math.Max(most, here);
        }

        return (here, most);
    }

    private static bool[] FindEmpty(IReadOnlyList<IReadOnlyList<int[]>> rules)
    {
        var empty = new bool[rules.Count];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var rule = rules.Count - 1; rule >= 0; rule--)
            {
                if (!empty[rule] && rules[rule].Any(alternative => Array.TrueForAll(alternative, symbol => symbol >= 0 && empty[symbol])))
                    changed = empty[rule] = true;
            }
        }

        return empty;
    }

    private static bool[] FindText(IReadOnlyList<IReadOnlyList<int[]>> rules, bool[] mayBeEmpty)
    {
        var begins = new bool[rules.Count];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var rule = rules.Count - 1; rule >= 0; rule--)
            {
                if (!begins[rule] && rules[rule].Any(Begins))
                    changed = begins[rule] = true;
            }
        }

        return begins;

        bool Begins(int[] alternative)
        {
            foreach (var symbol in alternative)
            {
                if (symbol < 0 || begins[symbol])
                    return true;
                if (!mayBeEmpty[symbol])
                    return false;
            }

            return false;
        }
    }

    // The rules that a rule may begin with, and whether something follows them there.
    private static List<(int To, bool IsFollowed)>[] FindBeginnings(IReadOnlyList<IReadOnlyList<int[]>> rules, bool[] mayBeEmpty)
    {
        var edges = new List<(int To, bool IsFollowed)>[rules.Count];
        for (var rule = 0; rule < rules.Count; rule++)
        {
            edges[rule] = [];
            foreach (var alternative in rules[rule])
            {
                for (var i = 0; i < alternative.Length && alternative[i] >= 0; i++)
                {
                    edges[rule].Add((alternative[i], i < alternative.Length - 1));
                    if (!mayBeEmpty[alternative[i]])
                        break;
                }
            }
        }

        return edges;
    }

    // Kosaraju's strongly connected components, without recursion: rules that begin with each other have one number.
    private static int[] Components(List<(int To, bool IsFollowed)>[] edges, List<int> order)
    {
        var seen = new bool[edges.Length];
        for (var root = 0; root < edges.Length; root++)
            Visit(root, edges, seen, order);
        var reversed = Array.ConvertAll(edges, _ => new List<(int To, bool IsFollowed)>());
        for (var from = 0; from < edges.Length; from++)
            edges[from].ForEach(edge => reversed[edge.To].Add((from, false)));
        var component = new int[edges.Length];
        Array.Clear(seen);
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var members = new List<int>();
            Visit(order[i], reversed, seen, members);
            members.ForEach(member => component[member] = i);
        }

        return component;
    }

    private static void Visit(int root, List<(int To, bool IsFollowed)>[] edges, bool[] seen, List<int> order)
    {
        if (seen[root])
            return;
        seen[root] = true;
        var stack = new Stack<(int Rule, int Next)>([(root, 0)]);
        while (stack.TryPop(out var at))
        {
            if (at.Next == edges[at.Rule].Count)
            {
                order.Add(at.Rule);
                continue;
            }

            stack.Push((at.Rule, at.Next + 1));
            var to = edges[at.Rule][at.Next].To;
            if (!seen[to])
            {
                seen[to] = true;
                stack.Push((to, 0));
            }
        }
    }
}
