using System.Buffers;
using System.Text;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

public sealed partial class TinyGptPredictionEngine
{
    private const int MostPromptsAtOnce = 16;
    private const int MostTextsAtOnce = 16;

    private LabelClassifier? _classifier;
    private string[] _labels = [];
    private string _labelEnd = "";

    /// <summary>Returns the <paramref name="count"/> most probable next tokens, best first.</summary>
    /// <exception cref="ArgumentException">The text does not fit the context.</exception>
    /// <exception cref="InvalidOperationException">The model computes a number that is not finite.</exception>
    public IReadOnlyList<TokenPrediction> NextTokens(string text, int count)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return Locked(() =>
        {
            var logits = _prompt.Context.Logits(_prompt.Compute(PromptTokens(text, ContextLength, nameof(text)), default));
            var normalizer = LogSoftmax.Normalizer(logits);
            var best = new PriorityQueue<int, float>();
            for (var token = 0; token < logits.Length; token++)
            {
                if (best.Count < count)
                    best.Enqueue(token, logits[token]);
                else
                    best.EnqueueDequeue(token, logits[token]);
            }

            var predictions = new TokenPrediction[best.Count];
            for (var i = predictions.Length - 1; i >= 0; i--)
            {
                var token = best.Dequeue();
                var stream = new TextStream(_model, []);
                predictions[i] = new TokenPrediction(token, stream.Add(token) + stream.Finish(), Math.Exp(logits[token] - normalizer));
            }

            return predictions;
        });
    }

    /// <summary>
    /// Returns which of the labels the model would write behind the prompt, from the exact probabilities of the labels and their ends.
    /// </summary>
    /// <remarks>
    /// A label's end is what training teaches behind it: the <see cref="PromptTemplate.End"/> of the template that the model's file holds,
    /// and the vocabulary's end token. Without it a label that begins another, such as <c>walk</c> and <c>walk up</c>, would always win.
    /// </remarks>
    /// <param name="prompt">The prompt; the label's text follows it immediately.</param>
    /// <param name="labels">At least 2 texts that differ from each other, in any number.</param>
    /// <exception cref="ArgumentException">
    /// The labels are not as they must be, a prompt does not fit the context with the longest label, or a label begins another where the
    /// model has nothing that ends a response.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model computes a number that is not finite.</exception>
    /// <param name="options">Temperature and abstention; by default the model's own temperature, and none.</param>
    /// <param name="cancellationToken">Ends the work between two calls of llama.cpp.</param>
    public Classification Classify(
        string prompt, IReadOnlyList<string> labels, ClassificationOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Classify([prompt], labels, options, cancellationToken)[0];

    /// <inheritdoc cref="Classify(string, IReadOnlyList{string}, ClassificationOptions?, CancellationToken)"/>
    /// <param name="prompts">The prompts.</param>
    /// <param name="labels">At least 2 texts that differ from each other, in any number.</param>
    /// <param name="options">Temperature and abstention; by default the model's own temperature, and none.</param>
    /// <param name="cancellationToken">Ends the work between two calls of llama.cpp.</param>
    public IReadOnlyList<Classification> Classify(
        IReadOnlyList<string> prompts, IReadOnlyList<string> labels, ClassificationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(labels);
        options ??= new ClassificationOptions();
        options.Validate();
        if (labels.Count < 2 || labels.Any(string.IsNullOrEmpty) || labels.Distinct(StringComparer.Ordinal).Count() != labels.Count)
            throw new ArgumentException(
                $"At least 2 labels are expected, none empty and none twice; {labels.Count} were given.", nameof(labels));
        if (prompts.Count == 0)
            return [];
        return Locked(
            () =>
            {
                var tokens = prompts.Select(PromptTokens).ToArray();
                return ClassifierOf(labels, options.End ?? _response.Template?.End ?? "").Score(tokens, cancellationToken)
                    .Select(scores => ToClassification(scores, labels, options, ClassificationTemperature)).ToArray();
            },
            cancellationToken);
    }

    /// <summary>
    /// Returns the mean of the hidden states behind the last norm, one for each token: a vector of the embedding's width.
    /// </summary>
    /// <exception cref="ArgumentException">The text does not fit the context.</exception>
    /// <exception cref="InvalidOperationException">The model computes a number that is not finite.</exception>
    public float[] Embed(string text, CancellationToken cancellationToken = default) => Embed([text], cancellationToken)[0];

    /// <inheritdoc cref="Embed(string, CancellationToken)"/>
    /// <param name="texts">The texts; they share calls of llama.cpp.</param>
    /// <param name="cancellationToken">Ends the work between two calls of llama.cpp.</param>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Locked(
            () =>
            {
                var tokens = texts.Select(text => PromptTokens(text, ContextLength, nameof(text))).ToArray();
                var sums = texts.Select(_ => new double[_model.EmbeddingLength]).ToArray();
                var context = _hidden ??= CreateContext(SideBySide() with { Embeddings = true });
                new TextBatcher(context, ContextLength).Run(
                    tokens,
                    (text, _, index) =>
                    {
                        var sum = sums[text];
                        var state = context.Embeddings(index);
                        for (var i = 0; i < sum.Length; i++)
                            sum[i] += state[i];
                    },
                    cancellationToken);
                return sums.Select((sum, text) => Array.ConvertAll(sum, value => (float)(value / tokens[text].Length))).ToArray();
            },
            cancellationToken);
    }

    /// <summary>
    /// Measures how well the model foresees a text: every token but the first, each from at least half a
    /// context before it where there is one.
    /// </summary>
    /// <exception cref="ArgumentException">The text has fewer than two tokens.</exception>
    /// <exception cref="InvalidOperationException">The model computes a number that is not finite.</exception>
    public PerplexityResult Perplexity(string text, CancellationToken cancellationToken = default) =>
        Perplexity([text], cancellationToken)[0];

    /// <inheritdoc cref="Perplexity(string, CancellationToken)"/>
    /// <param name="texts">The texts; those that fit the context share calls of llama.cpp.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public IReadOnlyList<PerplexityResult> Perplexity(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Locked(
            () =>
            {
                var tokens = Foreseeable(texts.Select(PromptTokens));
                var sums = new double[tokens.Length];
                var context = PlainContext();
                new TextBatcher(context, ContextLength).Foresee(
                    tokens,
                    (text, position, index) => sums[text] -= LogSoftmax.Of(context.Logits(index), tokens[text][position + 1]),
                    cancellationToken);
                return tokens.Select((text, i) => new PerplexityResult(
                    text.Length - 1, Encoding.UTF8.GetByteCount(texts[i]) - BytesOf(text[0]), sums[i] / (text.Length - 1))).ToArray();
            },
            cancellationToken);
    }

    // A begin token has no bytes.
    private int BytesOf(int token) => _model.WritePiece(token, new ArrayBufferWriter<byte>());

    private static int[][] Foreseeable(IEnumerable<int[]> texts)
    {
        var tokens = texts.ToArray();
        return tokens.FirstOrDefault(text => text.Length < 2) is { } tooShort
            ? throw new ArgumentException(
                $"A text has {tooShort.Length} tokens; at least 2 are needed, one to foresee the other.", nameof(texts))
            : tokens;
    }

    private static Classification ToClassification(
        double[] logLikelihoods, IReadOnlyList<string> labels, ClassificationOptions options, double? fitted)
    {
        var temperature = options.Temperature ?? fitted ?? 1;
        var largest = logLikelihoods.Max();
        var weights = logLikelihoods.Select(value => Math.Exp((value - largest) / temperature)).ToArray();
        var sum = weights.Sum();
        var best = Array.IndexOf(logLikelihoods, largest);
        var label = options.AbstainBelow is { } least && weights[best] / sum < least ? null : labels[best];
        return new Classification(label, best, [.. weights.Select(weight => weight / sum)], [.. logLikelihoods]);
    }

    private LlamaContext PlainContext() => _plain ??= CreateContext(SideBySide());

    private LlamaContextOptions SideBySide() => ContextOptions() with
    {
        Sequences = Math.Min(MostTextsAtOnce, _options.BatchSize),
        ContextLength = ContextLength + _options.BatchSize,
    };

    // Labels are mostly those of the call before; then so is the beginning of the prompts.
    private LabelClassifier ClassifierOf(IReadOnlyList<string> labels, string end)
    {
        if (_classifier is not null && end == _labelEnd && labels.SequenceEqual(_labels, StringComparer.Ordinal))
            return _classifier;
        int[] ending = [.. Tokenize(end), .. _response.EndToken is { } token ? [token] : Array.Empty<int>()];
        var tries = LabelTrie.Plant(LabelTokens.Of(labels, ending, Tokenize, ContextLength), (int)LlamaNative.MaximumSequences());
        var widest = tries.Max(trie => trie.SequenceCount);
        var prompts = tries.Length > 1 ? 1 : Math.Min(MostPromptsAtOnce, (int)LlamaNative.MaximumSequences() / widest);
        var sequences = prompts * widest;
        var length = ContextLength + _options.BatchSize + (prompts * tries.Max(trie => trie.Computed.Count));
        if (_parallel is null || _parallel.Sequences < sequences || _parallel.Length < length)
        {
            _classifier = null;
            Release(ref _parallel);
            _parallel = CreateContext(ContextOptions() with { Sequences = sequences, ContextLength = length });
        }

        _parallel.Clear();
        (_labels, _labelEnd) = ([.. labels], end);
        return _classifier = new LabelClassifier(_parallel, tries, labels.Count);

        int[] Tokenize(string text) => _model.Tokenize(text, addSpecial: false, parseSpecial: false);
    }

    private LlamaContext CreateContext(LlamaContextOptions options)
    {
        var context = new LlamaContext(_model, options with { Totals = _scored });
        context.SetAdapters(_adapters);
        _contexts.Add(context);
        _bufferBytes += context.BufferBytes;
        return context;
    }

    private void Release(ref LlamaContext? context)
    {
        if (context is null)
            return;
        _contexts.Remove(context);
        _bufferBytes -= context.BufferBytes;
        context.Dispose();
        context = null;
    }
}
