using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Computes texts from their beginnings, several side by side in one call of llama.cpp, each in a sequence of its own.</summary>
/// <remarks>Several contexts, such as those of two models that are compared, compute the same calls one after the other.</remarks>
internal sealed class TextBatcher(LlamaContext[] contexts, int longest, Action<CancellationToken> decode)
{
    private readonly int _sequences = contexts.Min(context => context.Sequences);
    private readonly int _batchSize = contexts.Min(context => context.BatchSize);

    public TextBatcher(LlamaContext context, int longest)
        : this([context], longest, context.Decode)
    {
    }

    /// <summary>Is told of the output behind a token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">The token's position in it.</param>
    /// <param name="index">The output's index in the call, by which every context finds it.</param>
    public delegate void Receive(int text, int position, int index);

    /// <summary>Computes texts, each of which fits the context; every token's output is received.</summary>
    public void Run(IReadOnlyList<int[]> texts, Receive receive, CancellationToken cancellationToken)
    {
        var pending = new List<(int Text, int Position)>();
        for (var first = 0; first < texts.Count;)
        {
            foreach (var context in contexts)
                context.Clear();
            var (count, tokens) = (0, 0);
            while (first + count < texts.Count && count < _sequences && (count == 0 || tokens + texts[first + count].Length <= _batchSize))
                tokens += texts[first + count++].Length;
            for (var i = first; i < first + count; i++)
            {
                for (var position = 0; position < texts[i].Length; position++)
                {
                    foreach (var context in contexts)
                        context.Add(texts[i][position], position, i - first, output: true);
                    pending.Add((i, position));
                    if (Array.Exists(contexts, context => context.IsFull))
                        Take();
                }
            }

            Take();
            first += count;
        }

        void Take()
        {
            decode(cancellationToken);
            for (var i = 0; i < pending.Count; i++)
                receive(pending[i].Text, pending[i].Position, i);
            pending.Clear();
        }
    }

    /// <summary>
    /// Computes texts of any length, from at least half a context before each token where there is one;
    /// the outputs of all tokens but the last are received, each once.
    /// </summary>
    public void Foresee(IReadOnlyList<int[]> texts, Receive receive, CancellationToken cancellationToken)
    {
        // What is behind the last token is not asked.
        var whole = Enumerable.Range(0, texts.Count).Where(text => texts[text].Length <= longest + 1).ToArray();
        Run(
            [.. whole.Select(text => texts[text][..^1])],
            (text, position, index) => receive(whole[text], position, index),
            cancellationToken);
        foreach (var text in Enumerable.Range(0, texts.Count).Except(whole))
            Slide(text, texts[text], receive, cancellationToken);
    }

    // Windows of a whole context, each half a context further: the first gives all of its outputs, later ones those behind what was given.
    private void Slide(int text, int[] tokens, Receive receive, CancellationToken cancellationToken)
    {
        var stride = Math.Max(1, longest / 2);
        for (var scored = 1; scored < tokens.Length;)
        {
            var start = scored == 1 ? 0 : Math.Max(0, Math.Min(scored - (longest - stride), tokens.Length - 1 - longest));
            var end = Math.Min(start + longest, tokens.Length - 1);
            Run(
                [tokens[start..end]],
                (_, position, index) =>
                {
                    if (start + position >= scored - 1)
                        receive(text, start + position, index);
                },
                cancellationToken);
            scored = end + 1;
        }
    }
}
