using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Scores the texts of labels behind a prompt: the prompt is computed once, and the labels side by side behind it.</summary>
internal sealed class LabelClassifier(LlamaContext context, int[][] labels)
{
    /// <summary>Returns the log-likelihood of each label, in nats.</summary>
    public double[] Score(int[] prompt)
    {
        var longest = labels.Max(label => label.Length);
        if (prompt.Length + longest > context.Positions)
            throw new ArgumentException($"The prompt has {prompt.Length} tokens and the longest label {longest}; the context has {context.Positions}.");
        context.Clear();
        var output = 0;
        for (var i = 0; i < prompt.Length; i++)
        {
            output = context.Add(prompt[i], i, output: i == prompt.Length - 1);
            if (context.Pending == context.BatchSize || i == prompt.Length - 1)
                context.Decode();
        }

        // The first token of every label comes from the prompt's own output.
        var logits = context.Logits(output);
        var normalizer = LogSoftmax.Normalizer(logits);
        var scores = new double[labels.Length];
        for (var label = 0; label < labels.Length; label++)
            scores[label] = logits[labels[label][0]] - normalizer;

        for (var label = 0; label < labels.Length; label++)
        {
            if (labels[label].Length > 1)
                context.Copy(0, label + 1);
        }

        ScoreRest(prompt.Length, scores);
        return scores;
    }

    // Each label but its last token, in a sequence of its own that shares the prompt; as many in a call as it takes.
    private void ScoreRest(int position, double[] scores)
    {
        var pending = new List<(int Label, int Next)>();
        for (var label = 0; label < labels.Length; label++)
        {
            for (var i = 0; i < labels[label].Length - 1; i++)
            {
                if (context.Pending == context.BatchSize)
                    Take();
                context.Add(labels[label][i], position + i, label + 1, output: true);
                pending.Add((label, labels[label][i + 1]));
            }
        }

        Take();

        void Take()
        {
            context.Decode();
            for (var i = 0; i < pending.Count; i++)
                scores[pending[i].Label] += LogSoftmax.Of(context.Logits(i), pending[i].Next);
            pending.Clear();
        }
    }
}
