using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Computes texts from their beginnings, several side by side in one call of llama.cpp, each in a sequence of its own.</summary>
internal sealed class TextBatcher(LlamaContext context, int longest)
{
    /// <summary>Is told of the output behind a token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">The token's position in it.</param>
    /// <param name="index">The output's index in the call, by which the context finds it.</param>
    public delegate void Receive(int text, int position, int index);

    /// <summary>Computes texts; every token's output is received.</summary>
    /// <exception cref="ArgumentException">A text is longer than the context.</exception>
    public void Run(IReadOnlyList<int[]> texts, Receive receive, CancellationToken cancellationToken)
    {
        var pending = new List<(int Text, int Position)>();
        for (var first = 0; first < texts.Count;)
        {
            context.Clear();
            var (count, tokens) = (0, 0);
            while (first + count < texts.Count && count < context.Sequences && (count == 0 || tokens + texts[first + count].Length <= context.BatchSize))
                tokens += texts[first + count++].Length;
            for (var i = first; i < first + count; i++)
            {
                if (texts[i].Length > longest)
                    throw new ArgumentException($"The text has {texts[i].Length} tokens, and the context {longest}: shorten it, or open a larger context.");
                for (var position = 0; position < texts[i].Length; position++)
                {
                    context.Add(texts[i][position], position, i - first, output: true);
                    pending.Add((i, position));
                    if (context.IsFull)
                        Take();
                }
            }

            Take();
            first += count;
        }

        void Take()
        {
            context.Decode(cancellationToken);
            for (var i = 0; i < pending.Count; i++)
                receive(pending[i].Text, pending[i].Position, i);
            pending.Clear();
        }
    }
}
