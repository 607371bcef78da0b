namespace TinyLlm.Gguf;

/// <summary>
/// Labels as the token sequences whose probabilities are compared: each label's own tokens and behind them those that end a response, cut
/// apart from each other as in training.
/// </summary>
internal static class LabelTokens
{
    private const int ShownLetters = 20;

    /// <summary>Returns each label's tokens with its end.</summary>
    /// <param name="labels">The labels, which differ from each other.</param>
    /// <param name="end">The tokens that end a response; none where the model has no such token.</param>
    /// <param name="tokenize">Cuts a text into tokens.</param>
    /// <param name="positions">The tokens of the context.</param>
    /// <exception cref="ArgumentException">
    /// A label does not fit the context, or begins another, which could then never be chosen.
    /// </exception>
    public static int[][] Of(IReadOnlyList<string> labels, int[] end, Func<string, int[]> tokenize, int positions)
    {
        var sequences = labels.Select(label => WithEnd(label, end, tokenize, positions)).ToArray();
        // In order, what begins with a sequence follows it immediately.
        var order = Enumerable.Range(0, labels.Count).ToArray();
        Array.Sort(order, (a, b) => sequences[a].AsSpan().SequenceCompareTo(sequences[b]));
        foreach (var (first, second) in order.Zip(order.Skip(1)))
        {
            if (sequences[second].AsSpan().StartsWith(sequences[first]))
                throw Begins(labels[first], labels[second], sequences[first].Length == sequences[second].Length, end);
        }

        return sequences;
    }

    private static int[] WithEnd(string label, int[] end, Func<string, int[]> tokenize, int positions)
    {
        var tokens = tokenize(label);
        // The last token of all is predicted, and takes no place; a prompt takes one at least.
        if (tokens.Length + end.Length > positions)
        {
            throw new ArgumentException(
                $"The label '{Shown(label)}' has {tokens.Length + end.Length} tokens with its end, and the context {positions}, which a "
                + "prompt must fit, too: shorten the label.", "labels");
        }

        return [.. tokens, .. end];
    }

    private static ArgumentException Begins(string first, string second, bool areEqual, int[] end) => new(
        areEqual
            ? $"The labels '{Shown(first)}' and '{Shown(second)}' are the same tokens: give them other names."
            : $"The label '{Shown(first)}' begins the label '{Shown(second)}', which would always be the less probable one, as "
                + (end.Length == 0
                    ? "the model has no token that ends a response: give its vocabulary an EndToken, its prompt template an End, or the "
                        + "labels other names."
                    : "the text that ends a response stands in it: give its prompt template another End, or the labels other names."),
        "labels");

    private static string Shown(string label) => label.Length <= ShownLetters ? label : $"{label[..ShownLetters]}…";
}
