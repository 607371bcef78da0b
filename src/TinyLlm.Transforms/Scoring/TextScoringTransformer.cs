using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>
/// Runs the model that the schema carries over a text column. The model is opened when the first row is asked for, is shared with the other
/// stages that run it, and is closed by <see cref="Dispose"/>. Public for its subclasses; only this library can derive from it.
/// </summary>
public abstract class TextScoringTransformer : RowTransformer, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ScoringOptions _options;
    private readonly VersionInfo _version;
    private SharedEngine? _engine;
    private bool _disposed;

    private protected TextScoringTransformer(ScoringOptions options, VersionInfo version) => (_options, _version) = (options, version);

    /// <summary>Closes the model, unless other stages run it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _engine?.Dispose();
            _engine = null;
        }
    }

    private protected abstract string Stage { get; }

    private protected TinyGptPredictionEngine Engine(LanguageModel model)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
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

    private protected ComputedColumnsMapper Bind<TResult>(
        DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> outputs, int batchRows,
        Func<TinyGptPredictionEngine, IReadOnlyList<string>, IReadOnlyList<TResult>> score, Func<int, Func<TResult>, Delegate> createGetter)
    {
        var model = Model(inputSchema);
        var text = inputSchema.Require(_options.InputColumnName, TextDataViewType.Instance, Stage);
        return new Mapper<TResult>(inputSchema, text, outputs, batchRows, texts => score(Engine(model), texts), createGetter);
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

    private sealed class Mapper<TResult>(
        DataViewSchema inputSchema, DataViewSchema.Column text, IEnumerable<DataViewSchema.DetachedColumn> outputs, int batchRows,
        Func<IReadOnlyList<string>, IReadOnlyList<TResult>> score, Func<int, Func<TResult>, Delegate> createGetter)
        : ComputedColumnsMapper(inputSchema, [text], outputs)
    {
        public override bool ReadsAhead => batchRows > 1;

        public override RowValues Compute(DataViewRow input, Func<DataViewRowCursor>? ahead) =>
            new TextScores<TResult>(input, text, ahead, batchRows, score, createGetter);
    }
}
