using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Runs a GGUF model through llama.cpp: generates text, classifies, foresees tokens, embeds and measures.</summary>
/// <remarks>
/// One engine may be used by many threads; calls wait for each other in turn. What a call has in common with the beginning of the one
/// before it is not computed again. <see cref="Dispose"/> waits for the call in progress; calls that wait then fail with
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class TinyGptPredictionEngine : IDisposable
{
    private const int TinyModelParameters = 5_000_000;
    private const int MostDefaultThreads = 8;

    private readonly SemaphoreSlim _gate = new(1, 1);
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
    private bool _disposed;
    private long _generatedTokens;
    private TimeSpan _generationTime;

    private TinyGptPredictionEngine(LlamaModel model, TinyGptOptions options, ResponseMetadata response, long fileBytes, TimeSpan loadTime)
    {
        (_model, _options, _response, _fileBytes, _loadTime) = (model, options, response, fileBytes, loadTime);
        Threads = options.Processors.Length > 0 ? options.Processors.Length
            : options.Threads
                ?? (model.ParameterCount < TinyModelParameters ? 1 : Math.Clamp(Environment.ProcessorCount - 1, 1, MostDefaultThreads));
        if (options.Processors.Length > 0)
        {
            _thread = new PinnedThread();
            _pool = _thread.Run(() => LlamaThreadPoolHandle.Create(options.Processors));
        }

        try
        {
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

    /// <summary>Gets what the engine has done so far.</summary>
    public EngineMetrics Metrics
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return new EngineMetrics(
                _fileBytes, _model.ParameterCount, _loadTime, _prompt.ComputedTokens + _scored.Tokens, _prompt.ComputeTime + _scored.Time,
                _generatedTokens, _generationTime, _bufferBytes, process.PeakWorkingSet64);
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
        var start = Stopwatch.GetTimestamp();
        // Our reader says where a file is wrong; llama.cpp only that it is.
        long length;
        ResponseMetadata response;
        LlamaModel model;
        using (var file = GgufFile.Open(path))
        {
            (length, response) = (file.Length, ResponseMetadata.From(file.Metadata));
            model = LlamaModel.Load(file, path, options.UseMemoryMap);
        }

        try
        {
            response.CheckEnd(model.VocabularySize);
            return new TinyGptPredictionEngine(model, options, response, length, Stopwatch.GetElapsedTime(start));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Opens GGUF bytes, which go through a temporary file that is deleted before this returns.</summary>
    /// <inheritdoc cref="Open(string, TinyGptOptions?)"/>
    public static TinyGptPredictionEngine Open(ReadOnlyMemory<byte> gguf, TinyGptOptions? options = null)
    {
        return Open(
            path =>
            {
                using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                stream.Write(gguf.Span);
            },
            options);
    }

    /// <summary>Opens a model that is in memory; one that was loaded from a file and not changed is opened there.</summary>
    /// <inheritdoc cref="Open(string, TinyGptOptions?)"/>
    public static TinyGptPredictionEngine Open(LanguageModel model, TinyGptOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Path is { } file && File.Exists(file))
            return Open(file, options);
        return Open(path => model.Save(path), options);
    }

    /// <summary>Returns the tokens of a text, without a begin token; texts of control tokens are taken as text.</summary>
    public int[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Locked(() => _model.Tokenize(text, addSpecial: false, parseSpecial: false));
    }

    /// <summary>Returns the text of tokens; control tokens have none.</summary>
    public string Detokenize(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Locked(() =>
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
    public async IAsyncEnumerable<string> GenerateAsync(
        string prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        options.Validate();
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var generation = await ComputeAsync(() => StartGeneration(prompt, options, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            while (await ComputeAsync(() => generation.MoveNext(cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                if (generation.Current.Length > 0)
                    yield return generation.Current.ToString();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Frees the model once the call in progress has ended.</summary>
    public void Dispose()
    {
        _gate.Wait();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            _contexts.ForEach(context => context.Dispose());
            _prompt.Context.Dispose();
            foreach (var adapter in _loadedAdapters.Values)
                adapter.Dispose();
            _model.Dispose();
            _pool?.Dispose();
            _thread?.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }

    private static TinyGptPredictionEngine Open(Action<string> write, TinyGptOptions? options)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".gguf");
        try
        {
            write(path);
            // Read, not mapped: a mapped file cannot be deleted everywhere.
            return Open(path, (options ?? new TinyGptOptions()) with { UseMemoryMap = false });
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Native computation happens on the pinned thread where there is one, otherwise on the caller's.
    private T Compute<T>(Func<T> call) => _thread is null ? call() : _thread.Run(call);

    private void Compute(Action call) => Compute(() =>
    {
        call();
        return true;
    });

    private Task<T> ComputeAsync<T>(Func<T> call, CancellationToken cancellationToken) =>
        _thread is null ? Task.Run(call, cancellationToken) : _thread.RunAsync(call);

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
            return new Generation(_model, _prompt, sampler, grammar, options, output, (count, time) =>
            {
                _generatedTokens += count;
                _generationTime += time;
            });
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

    private T Locked<T>(Func<T> call, CancellationToken cancellationToken = default) => Taken(() => Compute(call), cancellationToken);

    private T Taken<T>(Func<T> call, CancellationToken cancellationToken)
    {
        _gate.Wait(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return call();
        }
        finally
        {
            _gate.Release();
        }
    }
}
