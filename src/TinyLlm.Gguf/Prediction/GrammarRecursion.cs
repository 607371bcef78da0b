namespace TinyLlm.Gguf;

/// <summary>Finds a rule that begins with itself and something behind: llama.cpp would unfold it for ever.</summary>
internal static class GrammarRecursion
{
    /// <summary>Returns such a rule, or null.</summary>
    /// <param name="rules">For each rule its alternatives, each a sequence of rules, or of negative numbers for text.</param>
    public static int? Find(IReadOnlyList<IReadOnlyList<int[]>> rules)
    {
        var mayBeEmpty = FindEmpty(rules);
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

        var component = Components(edges);
        for (var rule = 0; rule < rules.Count; rule++)
        {
            foreach (var (to, isFollowed) in edges[rule])
            {
                if (isFollowed && component[rule] == component[to])
                    return rule;
            }
        }

        return null;
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

    // Kosaraju's strongly connected components, without recursion: rules that reach each other have one number.
    private static int[] Components(List<(int To, bool IsFollowed)>[] edges)
    {
        var order = new List<int>(edges.Length);
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
