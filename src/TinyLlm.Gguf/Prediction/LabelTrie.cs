namespace TinyLlm.Gguf;

/// <summary>
/// The tokens of labels and their ends as a tree: what labels begin with in common stands there, and is computed, once.
/// </summary>
/// <remarks>
/// A node stands for the tokens from the root to it; the root for none. Only nodes with something behind them are computed: behind the
/// token that ends a label nothing is asked. The leaves of what is computed are numbered from left to right, one sequence each, so that a
/// node belongs to a range of sequences.
/// </remarks>
internal sealed class LabelTrie
{
    private readonly List<Node> _nodes = [new Node(Token: -1, Depth: 0, Parent: -1)]; // each behind its parent
    private readonly (int Label, int Node)[] _ends;

    private LabelTrie(IReadOnlyList<int[]> sequences, ReadOnlySpan<int> labels)
    {
        var byEdge = new Dictionary<(int Parent, int Token), int>();
        _ends = new (int, int)[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            var node = 0;
            foreach (var token in sequences[labels[i]])
            {
                if (!byEdge.TryGetValue((node, token), out var next))
                {
                    next = byEdge[(node, token)] = _nodes.Count;
                    _nodes.Add(new Node(token, _nodes[node].Depth + 1, node));
                    _nodes[node].Children.Add(next);
                }

                node = next;
            }

            _ends[i] = (labels[i], node);
        }

        NumberSequences();
        Computed = [.. Enumerable.Range(1, _nodes.Count - 1).Where(IsComputed).OrderBy(node => _nodes[node].Depth)];
        Depth = _nodes.Max(node => node.Depth);
    }

    /// <summary>Gets the number of sequences that the labels take side by side; at least 1.</summary>
    public int SequenceCount => _nodes[0].Sequences;

    /// <summary>Gets the nodes to compute, the root not among them, each behind its parent.</summary>
    public IReadOnlyList<int> Computed { get; }

    /// <summary>Gets the number of tokens of the longest label with its end.</summary>
    public int Depth { get; }

    public Node this[int node] => _nodes[node];

    /// <summary>Puts labels into as few trees as can be that take no more than so many sequences.</summary>
    /// <param name="sequences">The tokens of each label with its end; none is the beginning of another.</param>
    /// <param name="most">The most sequences.</param>
    public static LabelTrie[] Plant(IReadOnlyList<int[]> sequences, int most)
    {
        var labels = Enumerable.Range(0, sequences.Count).ToArray();
        var whole = new LabelTrie(sequences, labels);
        if (whole.SequenceCount <= most)
            return [whole];
        // A label takes one sequence at most. Neighbours in order have most in common.
        Array.Sort(labels, (a, b) => sequences[a].AsSpan().SequenceCompareTo(sequences[b]));
        var count = (labels.Length + most - 1) / most;
        return [.. labels.Chunk((labels.Length + count - 1) / count).Select(chunk => new LabelTrie(sequences, chunk))];
    }

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

    /// <summary>Writes the log-probability of each of the tree's labels to the label's place.</summary>
    public void CopyTo(double[] labelScores, double[] scores)
    {
        foreach (var (label, node) in _ends)
            labelScores[label] = scores[node];
    }

    private bool IsComputed(int node) => _nodes[node].Children.Count > 0;

    // The sequences of a node are those of its children that are computed; a node without such children is one. Labels may have thousands
    // of tokens, so that this goes over the list, in which children stand behind their parents, and not down the tree.
    private void NumberSequences()
    {
        for (var node = _nodes.Count - 1; node >= 0; node--)
        {
            _nodes[node].Sequences = Math.Max(1, _nodes[node].Sequences);
            if (node > 0 && IsComputed(node))
                _nodes[_nodes[node].Parent].Sequences += _nodes[node].Sequences;
        }

        foreach (var node in _nodes)
        {
            var next = node.FirstSequence;
            foreach (var child in node.Children.Where(IsComputed))
            {
                _nodes[child].FirstSequence = next;
                next += _nodes[child].Sequences;
            }
        }
    }

    internal sealed record Node(int Token, int Depth, int Parent)
    {
        public List<int> Children { get; } = [];

        public int FirstSequence { get; set; }

        public int Sequences { get; set; }
    }
}
