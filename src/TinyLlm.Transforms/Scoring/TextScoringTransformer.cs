using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>
/// Runs the model that the schema carries over a text column. The model is opened when the first row is asked for, is shared with the other
/// stages that run it, and is closed by <see cref="Dispose"/>. Public for its subclasses; only this library can derive from it.
/// </summary>
public abstract class TextScoringTransformer : RowTransformer, IDisposable
{
    private readonly Lock _lock = new();
    private readonly IHostEnvironment _environment;
    private readonly ScoringOptions _options;
    private readonly VersionInfo _version;
    private SharedEngine? _engine;
    private bool _disposed;

    private protected TextScoringTransformer(IHostEnvironment environment, ScoringOptions options, VersionInfo version) =>
        (_environment, _options, _version) = (environment, options, version);

    /// <summary>Closes the model, unless other stages run it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _engine?.Dispose();
            _engine = null;
        }

        if (CacheUse is { Asked: > 0 } use)
            Log(ChannelMessageKind.Info, use.ToString());
    }

    private protected abstract string Stage { get; }

    /// <summary>Gets what the cache of scores was good for; null where there is none.</summary>
    private protected virtual ScoreCacheUse? CacheUse => null;

    private protected TinyGptPredictionEngine Engine(LanguageModel model)
    {
        lock (_lock)
        {
            if (_disposed)
                throw new ObjectDisposedException(
                    GetType().Name,
                    $"{Stage} was disposed, and with it the model's memory. A prediction engine disposes the pipeline that it was made of "
                    + "unless it is made with PredictionEngineOptions { OwnsTransformer = false }; dispose the pipeline last.");
            if (_engine?.Model != model)
            {
                _engine?.Dispose();
                _engine = null; // stays so where opening fails
                _engine = SharedEngine.Take(model, _options.Engine);
            }

            return _engine.Engine;
        }
    }

    private protected LanguageModel Model(DataViewSchema inputSchema) =>
        LanguageModelColumn.Find(inputSchema, _options.ModelColumnName, Stage);

    private protected DataViewSchema.Column Text(DataViewSchema inputSchema) =>
        inputSchema.Require(_options.InputColumnName, TextDataViewType.Instance, Stage);

    private protected void Log(ChannelMessageKind kind, string message)
    {
        using var channel = _environment.Register(Stage).Start("Scoring");
        if (kind == ChannelMessageKind.Trace)
            channel.Trace(MessageSensitivity.None, message);
        else
            channel.Info(MessageSensitivity.None, message);
    }

    private protected static IReadOnlyList<string> Prompts(TinyGptPredictionEngine engine, IReadOnlyList<string> texts) =>
        engine.PromptTemplate is { } template ? [.. texts.Select(template.Format)] : texts;

    private protected static TOptions Load<TOptions>(ModelLoadContext ctx, VersionInfo version)
        where TOptions : ScoringOptions
    {
        ctx.CheckAtModel(version);
        return SavedJson.Read<TOptions>(ctx.LoadNonEmptyString())
            ?? throw new FormatException($"The saved pipeline lacks {typeof(TOptions).Name}.");
    }

    private protected sealed override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(_version);
        ctx.SaveNonEmptyString(SavedJson.Write(_options));
    }
}
