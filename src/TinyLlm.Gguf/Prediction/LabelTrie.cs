namespace TinyLlm.Gguf;

/// <summary>The tokens of labels as a tree: what labels begin with in common stands there, and is computed, once.</summary>
/// <remarks>
/// A node stands for the tokens from the root to it; the root for none. Only nodes with something behind them are computed: behind the last
/// token of a label nothing is asked. The leaves of what is computed are numbered from left to right, one sequence each, so that a node
/// belongs to a range of sequences.
/// </remarks>
internal sealed class LabelTrie
{
    private readonly List<Node> _nodes = [new Node(Token: -1, Depth: 0)];
    private readonly int[] _ends;

    public LabelTrie(IReadOnlyList<int[]> labels)
    {
        var byEdge = new Dictionary<(int Parent, int Token), int>();
        _ends = new int[labels.Count];
        for (var label = 0; label < labels.Count; label++)
        {
            var node = 0;
            foreach (var token in labels[label])
            {
                if (!byEdge.TryGetValue((node, token), out var next))
                {
                    next = byEdge[(node, token)] = _nodes.Count;
                    _nodes.Add(new Node(token, _nodes[node].Depth + 1));
                    _nodes[node].Children.Add(next);
                }

                node = next;
            }

            _ends[label] = node;
        }

        SequenceCount = Number(0, 0);
        Computed =
            [.. Enumerable.Range(1, _nodes.Count - 1).Where(node => _nodes[node].Children.Count > 0).OrderBy(node => _nodes[node].Depth)];
        Depth = _nodes.Max(node => node.Depth);
    }

    /// <summary>Gets the number of sequences that the labels take side by side; at least 1.</summary>
    public int SequenceCount { get; }

    /// <summary>Gets the nodes to compute, the root not among them, each behind its parent.</summary>
    public IReadOnlyList<int> Computed { get; }

    /// <summary>Gets the number of tokens of the longest label.</summary>
    public int Depth { get; }

    public Node this[int node] => _nodes[node];

    /// <summary>Adds to the node's children's scores what its output says of them.</summary>
    /// <param name="node">The node, the root first.</param>
    /// <param name="logits">The output behind it.</param>
    /// <param name="scores">The log-probability of every node given the prompt; the root's is 0.</param>
    public void Score(int node, ReadOnlySpan<float> logits, Span<double> scores)
    {
        var normalizer = LogSoftmax.Normalizer(logits);
        foreach (var child in _nodes[node].Children)
            scores[child] = scores[node] + logits[_nodes[child].Token] - normalizer;
    }

    /// <summary>Returns scores for <see cref="Score"/>.</summary>
    public double[] NewScores() => new double[_nodes.Count];

    /// <summary>Returns the log-probability of each label.</summary>
    public double[] OfLabels(double[] scores) => [.. _ends.Select(end => scores[end])];

    // The sequences of a node are those of its children that are computed; a node without such children is one.
    private int Number(int node, int first)
    {
        var next = first;
        foreach (var child in _nodes[node].Children)
        {
            if (_nodes[child].Children.Count > 0)
                next = Number(child, next);
        }

        next = Math.Max(next, first + 1);
        (_nodes[node].FirstSequence, _nodes[node].Sequences) = (first, next - first);
        return next;
    }

    internal sealed record Node(int Token, int Depth)
    {
        public List<int> Children { get; } = [];

        public int FirstSequence { get; set; }

        public int Sequences { get; set; }
    }
}
