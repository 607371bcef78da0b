using System.Buffers;
using System.Diagnostics;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Runs a GGUF model through llama.cpp: generates text, classifies, foresees tokens, embeds and measures.</summary>
/// <remarks>
/// One engine may be used by many threads; calls wait for each other in turn, but for <see cref="Tokenize"/>, <see cref="Detokenize"/> and
/// <see cref="Metrics"/>, which wait for nothing. What a call has in common with the beginning of the one before it is not computed again.
/// A call inside the enumeration of <see cref="GenerateAsync"/> would wait for itself and throws <see cref="InvalidOperationException"/>.
/// <see cref="Dispose"/> waits for the call in progress; calls that wait then fail with <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class TinyGptPredictionEngine : IDisposable
{
    private const int TinyModelParameters = 5_000_000;
    private const int MostDefaultThreads = 8;

    private readonly LlamaModel _model;
    private readonly TinyGptOptions _options;
    private readonly ResponseMetadata _response;
    private readonly PromptCache _prompt;
    private readonly ArrayBufferWriter<char> _generated = new();
    private readonly long _fileBytes;
    private readonly TimeSpan _loadTime;
    private readonly List<LlamaContext> _contexts = []; // those beside the prompt's, made when they are first needed
    private readonly DecodeTotals _scored = new(); // what those computed
    private LlamaContext? _plain;
    private LlamaContext? _hidden;
    private readonly PinnedThread? _thread;
    private readonly LlamaThreadPoolHandle? _pool;
    private LlamaContext? _parallel;
    private long _bufferBytes;
    private readonly DecodeTotals _written = new(); // what was generated
    private readonly Lazy<string> _contentHash;
    private readonly GgufFile? _file; // kept for the hash, which is computed when it is first needed

    private TinyGptPredictionEngine(
        LlamaModel model, TinyGptOptions options, ResponseMetadata response, long fileBytes, TimeSpan loadTime,
        Lazy<string> contentHash, GgufFile? file = null)
    {
        (_model, _options, _response, _fileBytes, _loadTime) = (model, options, response, fileBytes, loadTime);
        (_contentHash, _file) = (contentHash, file);
        Threads = options.Processors.Length > 0 ? options.Processors.Length
            : options.Threads
                ?? (model.ParameterCount < TinyModelParameters ? 1 : Math.Clamp(Environment.ProcessorCount - 1, 1, MostDefaultThreads));
        try
        {
            if (options.Processors.Length > 0)
            {
                _thread = new PinnedThread();
                _pool = _thread.Run(() => LlamaThreadPoolHandle.Create(options.Processors));
            }

            _prompt = new PromptCache(new LlamaContext(model, ContextOptions() with { MostOutputs = 1 }));
            _bufferBytes = model.BufferBytes + _prompt.Context.BufferBytes;
        }
        catch
        {
            _pool?.Dispose();
            _thread?.Dispose();
            throw;
        }
    }

    /// <summary>Gets the number of threads that compute.</summary>
    public int Threads { get; }

    /// <summary>Gets the most tokens of a prompt and what is generated behind it.</summary>
    public int ContextLength => _prompt.Context.Positions;

    /// <summary>Gets the number of tokens in the vocabulary.</summary>
    public int VocabularySize => _model.VocabularySize;

    /// <summary>Gets how the model was trained to be asked; <see langword="null"/> where its file does not tell.</summary>
    public PromptTemplate? PromptTemplate => _response.Template;

    /// <summary>
    /// Gets the temperature of classification that was fitted on held-out rows and is kept in the model's file;
    /// <see langword="null"/> where there is none, and while an adapter is on, for which it was not fitted.
    /// </summary>
    public double? ClassificationTemperature => _adapters.Count == 0 ? _response.Temperature : null;

    /// <summary>Gets what the engine has done so far; at any time, also during a call and once it is disposed.</summary>
    public EngineMetrics Metrics
    {
        get
        {
            var (prompts, scored, written) = (_prompt.Totals.Read(), _scored.Read(), _written.Read());
            using var process = Process.GetCurrentProcess();
            return new EngineMetrics(
                _fileBytes, _model.ParameterCount, _loadTime, prompts.Tokens + scored.Tokens, prompts.Time + scored.Time,
                written.Tokens, written.Time, Volatile.Read(ref _bufferBytes), process.PeakWorkingSet64);
        }
    }

    /// <summary>Opens a GGUF file.</summary>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="GgufFormatException">The file is not a GGUF file, or no model that can be run safely: see
    /// <c>docs/security.md</c>.</exception>
    /// <exception cref="InvalidOperationException">llama.cpp does not know the model, or the context takes too much memory.</exception>
    /// <exception cref="DllNotFoundException">The libraries of llama.cpp are missing.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TinyGptPredictionEngine Open(string path, TinyGptOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new TinyGptOptions();
        options.Validate();
        // Our reader says where a file is wrong; llama.cpp only that it is.
        return Open(path, GgufFile.Open(path), options);
    }

    /// <summary>Opens GGUF bytes, which go through a temporary file that is deleted before this returns.</summary>
    /// <inheritdoc cref="Open(string, TinyGptOptions?)"/>
    public static TinyGptPredictionEngine Open(ReadOnlyMemory<byte> gguf, TinyGptOptions? options = null)
    {
        options ??= new TinyGptOptions();
        options.Validate();
        using var file = GgufFile.Open(gguf);
        return OpenTemporary(
            path =>
            {
                using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                stream.Write(gguf.Span);
            },
            options, GgufContent.Hash(file));
    }

    /// <summary>
    /// Opens a model that is in memory. One that was loaded from a file is opened there for as long as the file is still the same, byte for
    /// byte; a file that was put in its place is not.
    /// </summary>
    /// <inheritdoc cref="Open(string, TinyGptOptions?)"/>
    public static TinyGptPredictionEngine Open(LanguageModel model, TinyGptOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new TinyGptOptions();
        options.Validate();
        return model.OpenOwnFile() is { } file
            ? Open(model.Path!, file, options)
            : OpenTemporary(path => model.Save(path), options, model.ContentHash);
    }

    /// <summary>Returns the tokens of a text, without a begin token; texts of control tokens are taken as text.</summary>
    public int[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(() => _model.Tokenize(text, addSpecial: false, parseSpecial: false));
    }

    /// <summary>Returns the text of tokens; control tokens have none.</summary>
    public string Detokenize(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Read(() =>
        {
            var text = new TextStream(_model, []);
            return string.Concat(tokens.Select(text.Add).ToArray()) + text.Finish();
        });
    }

    /// <summary>Generates the text behind a prompt.</summary>
    /// <exception cref="ArgumentException">The options are not valid, or the prompt does not fit the context.</exception>
    /// <exception cref="InvalidOperationException">The model computes a number that is not finite, or no token of the vocabulary goes on as
    /// the grammar asks.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public string Generate(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        options.Validate();
        return Locked(
            () =>
            {
                using var generation = StartGeneration(prompt, options, cancellationToken);
                _generated.ResetWrittenCount();
                while (generation.MoveNext(cancellationToken))
                    _generated.Write(generation.Current);
                return new string(_generated.WrittenSpan);
            },
            cancellationToken);
    }

    /// <summary>
    /// Generates the text behind a prompt, piece by piece. The engine is taken until the last piece, or until the enumeration is given up.
    /// </summary>
    /// <inheritdoc cref="Generate"/>
    public IAsyncEnumerable<string> GenerateAsync(
        string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        options.Validate();
        return new Pieces(this, prompt, options, cancellationToken);
    }

    private static TinyGptPredictionEngine OpenTemporary(Action<string> write, TinyGptOptions options, string contentHash)
    {
        var start = Stopwatch.GetTimestamp();
        using var folder = new ScratchFolder();
        var path = Path.Combine(folder.Path, "model.gguf");
        write(path);
        // Read, not mapped: a mapped file cannot be deleted everywhere.
        options = options with { UseMemoryMap = false };
        using var file = GgufFile.Open(path);
        var response = ResponseMetadata.From(file.Metadata);
        var model = LlamaModel.Load(file, path, options.UseMemoryMap);
        try
        {
            response.CheckEnd(model.VocabularySize);
            return new TinyGptPredictionEngine(
                model, options, response, file.Length, Stopwatch.GetElapsedTime(start), new Lazy<string>(contentHash));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // The file is the engine's from here on.
    private static TinyGptPredictionEngine Open(string path, GgufFile file, TinyGptOptions options)
    {
        var start = Stopwatch.GetTimestamp();
        LlamaModel? model = null;
        try
        {
            var response = ResponseMetadata.From(file.Metadata);
            model = LlamaModel.Load(file, path, options.UseMemoryMap);
            file.CheckStillAt(path);
            response.CheckEnd(model.VocabularySize);
            return new TinyGptPredictionEngine(
                model, options, response, file.Length, Stopwatch.GetElapsedTime(start),
                new Lazy<string>(() => GgufContent.Hash(file)), file);
        }
        catch (Exception e)
        {
            model?.Dispose();
            file.Dispose();
            throw e is GgufFormatException fault ? fault.In(path) : e;
        }
    }

    private void Free()
    {
        _contexts.ForEach(context => context.Dispose());
        _prompt.Context.Dispose();
        FreeAdapters();
        _model.Dispose();
        _pool?.Dispose();
        _thread?.Dispose();
        _file?.Dispose();
    }

    private LlamaContextOptions ContextOptions() => new()
    {
        ContextLength = _options.ContextLength,
        BatchSize = _options.BatchSize,
        Threads = Threads,
        ThreadPool = _pool,
        Exact = _options.ExactAttention,
    };

    private Generation StartGeneration(string prompt, GenerationOptions options, CancellationToken cancellationToken)
    {
        var tokens = PromptTokens(prompt, most: ContextLength - 1, nameof(prompt)); // one place is for what is generated
        var grammar = options.Grammar is { } rules ? new GrammarSampler(_model, rules) : null;
        var sampler = SamplerChain.Create(_model, options);
        try
        {
            var output = _prompt.Compute(tokens, cancellationToken);
            return new Generation(_model, _prompt, sampler, grammar, options, output, _written.Add);
        }
        catch
        {
            grammar?.Dispose();
            sampler.Dispose();
            throw;
        }
    }

    // The text's tokens, with the begin token where the model wants one; an empty text is the end of the text before.
    private int[] PromptTokens(string text)
    {
        var tokens = _model.Tokenize(text, addSpecial: true, parseSpecial: false);
        if (tokens.Length > 0)
            return tokens;
        return _model.Description.Vocabulary.BeginToken is { } begin
            ? [begin]
            : throw new ArgumentException("The text is empty, and the model has no token to begin with.", nameof(text));
    }

    private int[] PromptTokens(string text, int most, string parameter)
    {
        var tokens = PromptTokens(text);
        if (tokens.Length <= most)
            return tokens;
        var (context, other) = ContextLength < _model.ContextLength
            ? ("context", $"raise {nameof(TinyGptOptions)}.{nameof(TinyGptOptions.ContextLength)} to at most {_model.ContextLength}")
            : ("model's context", $"train a model with a larger {nameof(ModelArchitecture.ContextLength)}");
        throw new ArgumentException(
            $"The {parameter} has {tokens.Length} tokens, and the {context} {ContextLength}: shorten it, or {other}.", parameter);
    }
}
