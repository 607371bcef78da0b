using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

public sealed partial class TinyGptPredictionEngine
{
    private static long _engines;

    private readonly long _number = Interlocked.Increment(ref _engines);

    /// <summary>
    /// Measures how far this model's next-token distributions are from those of a reference: both read the same tokens, and every token
    /// but the first is foreseen, from at least half a context before it where there is one.
    /// </summary>
    /// <remarks>
    /// Both engines are taken for the time of the measurement. Texts are cut by the reference's tokenizer; where the contexts differ, the
    /// shorter one holds for both. Memory grows by some 40 bytes a token, whatever the vocabulary.
    /// </remarks>
    /// <param name="reference">The model to compare with, such as the unquantized one; its vocabulary must be the same.</param>
    /// <param name="texts">The texts, at least one; those that fit the context share calls of llama.cpp.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    /// <exception cref="ArgumentException">There are no texts, one has fewer than two tokens, or the vocabularies differ.</exception>
    /// <exception cref="InvalidOperationException">A model gives a token a logit that is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public DivergenceResult DivergenceFrom(
        TinyGptPredictionEngine reference, IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            throw new ArgumentException("There are no texts; at least one is expected.", nameof(texts));
        if (reference == this)
            return Taken(Measure, cancellationToken);

        // Always in one order: two engines that are compared with each other at the same time would else wait for each other for ever.
        var (first, second) = _number < reference._number ? (this, reference) : (reference, this);
        return first.Taken(() => second.Taken(Measure, cancellationToken), cancellationToken);

        DivergenceResult Measure() => MeasureDivergence(reference, texts, cancellationToken);
    }

    private DivergenceResult MeasureDivergence(
        TinyGptPredictionEngine reference, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        CheckVocabulary(reference);
        var tokens = Foreseeable(texts.Select(reference.PromptTokens));
        var (context, other) = (PlainContext(), reference.PlainContext());
        var longest = Math.Min(ContextLength, reference.ContextLength);
        var batcher = new TextBatcher(context == other ? [context] : [context, other], longest, Decode);
        var found = new List<TokenDivergence>(tokens.Sum(text => text.Length - 1));
        batcher.Foresee(
            tokens,
            (text, position, index) =>
            {
                var expected = other.UncheckedLogits(index);
                var given = context.UncheckedLogits(index);
                Check("reference", other, expected, text, position);
                Check("model", context, given, text, position);
                found.Add(TokenDivergence.Of(expected, given, tokens[text][position + 1]));
            },
            cancellationToken);
        return DivergenceResult.Of(found);

        // Each on the thread that its own processors were given.
        void Decode(CancellationToken token)
        {
            Compute(() => context.Decode(token));
            if (context != other)
                reference.Compute(() => other.Decode(token));
        }
    }

    private void CheckVocabulary(TinyGptPredictionEngine reference)
    {
        if (VocabularySize != reference.VocabularySize)
        {
            throw new ArgumentException(
                $"The model has {VocabularySize} tokens, and the reference {reference.VocabularySize}: "
                + "compare models of the same vocabulary.", nameof(reference));
        }

        for (var token = 0; token < VocabularySize; token++)
        {
            if (_model.IsSamePiece(reference._model, token))
                continue;
            throw new ArgumentException(
                $"Token {token} is '{Piece(this, token)}' in the model and '{Piece(reference, token)}' in the reference: "
                + "compare models of the same vocabulary.", nameof(reference));
        }

        static string Piece(TinyGptPredictionEngine engine, int token)
        {
            var stream = new TextStream(engine._model, []);
            return stream.Add(token) + stream.Finish();
        }
    }

    private static void Check(string which, LlamaContext context, ReadOnlySpan<float> logits, int text, int position)
    {
        if (context.IndexOfNotFinite(logits) is >= 0 and var token)
            throw new InvalidOperationException(
                $"The {which} gives token {token} the logit {logits[token]} behind token {position} of text {text}, "
                + FiniteNumbers.Reason);
    }
}
