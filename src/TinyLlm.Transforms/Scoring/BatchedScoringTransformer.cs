using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>
/// Scores the rows of a batch together, and a text that it has scored before from memory. Public for its subclasses; only this library can
/// derive from it.
/// </summary>
/// <typeparam name="TResult">What the engine says of a text.</typeparam>
public abstract class BatchedScoringTransformer<TResult> : TextScoringTransformer
{
    private readonly BatchedScoringOptions _options;
    private readonly ConditionalWeakTable<LanguageModel, ScoreCache<TResult>> _caches = []; // results belong to a model
    private long _asked;

    private protected BatchedScoringTransformer(IHostEnvironment environment, BatchedScoringOptions options, VersionInfo version)
        : base(environment, options, version) => _options = options;

    private protected sealed override ScoreCacheUse? CacheUse => _caches.Select(entry => entry.Value.Use)
        .Aggregate((ScoreCacheUse?)null, (all, use) => all is { } sum ? sum.With(use) : use);

    /// <summary>Scores texts by the engine.</summary>
    private protected abstract IReadOnlyList<TResult> Score(TinyGptPredictionEngine engine, IReadOnlyList<string> texts);

    /// <summary>Returns the bytes that a result takes in memory.</summary>
    private protected abstract long SizeOf(TResult result);

    private protected ComputedColumnsMapper Bind(
        DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> outputs, Func<int, Func<TResult>, Delegate> createGetter)
    {
        var model = Model(inputSchema);
        return new TextScoringMapper<TResult>(
            inputSchema, Text(inputSchema), outputs, _options.BatchRows,
            texts => CacheOf(model).Score(texts, fresh => Score(Engine(model), fresh)), createGetter, LogPass);
    }

    private ScoreCache<TResult> CacheOf(LanguageModel model)
    {
        Engine(model); // also where nothing is left to score: a disposed transformer answers nothing
        return _caches.GetValue(model, _ => new ScoreCache<TResult>(_options.CacheBytes, SizeOf));
    }

    private void LogPass()
    {
        if (CacheUse is not { } use || Interlocked.Exchange(ref _asked, use.Asked) == use.Asked)
            return;
        Log(ChannelMessageKind.Trace, use.ToString());
    }
}
