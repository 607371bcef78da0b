using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>
/// Scores labels behind prompts. What prompts have in common is computed once and kept for the next call; prompts share calls of llama.cpp,
/// and so do all the labels behind them.
/// </summary>
/// <remarks>
/// Each prompt has as many sequences as the labels' tree has leaves, and they share the prompt; all share the common prefix. Labels that
/// take more sequences than there are stand in several trees, which are computed one after the other behind each prompt.
/// </remarks>
internal sealed class LabelClassifier(LlamaContext context, LabelTrie[] tries, int labelCount)
{
    private readonly List<int> _prefix = [];
    private readonly int _depth = tries.Max(trie => trie.Depth);

    // How many prompts one call of llama.cpp can hold at most.
    private readonly int _mostPrompts = tries.Length > 1 ? 1 : context.Sequences / tries[0].SequenceCount;

    /// <summary>Returns the log-likelihood of each label behind each prompt, in nats.</summary>
    public double[][] Score(IReadOnlyList<int[]> prompts, CancellationToken cancellationToken = default)
    {
        var longest = prompts.Max(prompt => prompt.Length);
        // The last token of a label's end is predicted, and takes no place.
        if (longest + _depth - 1 > context.Positions)
            throw new ArgumentException(
                $"The longest prompt has {longest} tokens, and the longest label with its end {_depth}, of which all but the last take a "
                + $"place; the context has {context.Positions}: shorten them.");
        // With several trees a prompt is computed once and kept for the next tree; the prompts are then the ones that share nothing.
        var common = tries.Length > 1 ? int.MaxValue : CommonPrefix(prompts);
        var results = new double[prompts.Count][];
        try
        {
            for (var first = 0; first < prompts.Count;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var shared = Math.Min(common, prompts[first].Length - 1);
                // One prompt may take several calls; further ones come along while everything fits one.
                var (count, tokens) = (1, prompts[first].Length - shared);
                while (first + count < prompts.Count && count < _mostPrompts
                    && tokens + prompts[first + count].Length - shared <= context.BatchSize)
                    tokens += prompts[first + count++].Length - shared;
                for (var i = first; i < first + count; i++)
                    results[i] = new double[labelCount];
                foreach (var trie in tries)
                {
                    UsePrefix(prompts[first], shared);
                    ScoreGroup(trie, prompts, first, count, results);
                }

                first += count;
            }
        }
        catch
        {
            Clear();
            throw;
        }

        return results;
    }

    /// <summary>Forgets the common prefix.</summary>
    public void Clear()
    {
        _prefix.Clear();
        context.Clear();
    }

    // Every prompt keeps at least one token of its own, whose output is the root of its labels. One prompt alone is
    // what the next call may begin with.
    private static int CommonPrefix(IReadOnlyList<int[]> prompts)
    {
        var common = prompts.Min(prompt => prompt.Length) - 1;
        foreach (var prompt in prompts)
            common = Math.Min(common, prompts[0].AsSpan().CommonPrefixLength(prompt));
        return common;
    }

    // Makes the first tokens of a prompt what all sequences begin with.
    private void UsePrefix(int[] prompt, int length)
    {
        var kept = 0;
        while (kept < length && kept < _prefix.Count && _prefix[kept] == prompt[kept])
            kept++;
        context.Truncate(sequence: null, kept);
        _prefix.RemoveRange(kept, _prefix.Count - kept);
        for (var i = kept; i < length; i++)
        {
            context.Add(prompt[i], i, sequence: 0, context.Sequences);
            _prefix.Add(prompt[i]);
            if (context.IsFull || i == length - 1)
                context.Decode();
        }
    }

    private void ScoreGroup(LabelTrie trie, IReadOnlyList<int[]> prompts, int first, int count, double[][] results)
    {
        var pending = new List<(int Prompt, int Node)>(); // by index in the call; node −1: nothing is asked
        var scores = new double[count][];
        for (var p = 0; p < count; p++)
        {
            scores[p] = trie.NewScores();
            var prompt = prompts[first + p];
            for (var i = _prefix.Count; i < prompt.Length; i++)
                Add(p, prompt[i], i, sequence: 0, trie.SequenceCount, i == prompt.Length - 1 ? 0 : -1);
        }

        for (var p = 0; p < count; p++)
        {
            foreach (var index in trie.Computed)
            {
                var node = trie[index];
                Add(p, node.Token, prompts[first + p].Length + node.Depth - 1, node.FirstSequence, node.Sequences, index);
            }
        }

        Take();
        for (var p = 0; p < count; p++)
            trie.CopyTo(results[first + p], scores[p]);

        void Add(int prompt, int token, int position, int sequence, int sequences, int node)
        {
            context.Add(token, position, (prompt * trie.SequenceCount) + sequence, sequences, output: node >= 0);
            pending.Add((prompt, node));
            if (context.IsFull)
                Take();
        }

        void Take()
        {
            context.Decode();
            for (var i = 0; i < pending.Count; i++)
            {
                if (pending[i].Node >= 0)
                    trie.Score(pending[i].Node, context.Logits(i), scores[pending[i].Prompt]);
            }

            pending.Clear();
        }
    }
}
