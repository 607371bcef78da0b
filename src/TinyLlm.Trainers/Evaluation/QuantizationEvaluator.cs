using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>Runs every form of a model in llama.cpp over the same rows, and measures what each is worth and what it costs.</summary>
internal sealed class QuantizationEvaluator
{
    private const string Stage = "EvaluateQuantizations";

    private readonly QuantizationEvaluationOptions _options;
    private readonly LabelledTexts _rows;
    private readonly string[] _prompts;
    private readonly string[] _examples;

    private QuantizationEvaluator(LabelledTexts rows, PromptTemplate template, QuantizationEvaluationOptions options)
    {
        (_rows, _options) = (rows, options);
        _prompts = [.. rows.Texts.Select(template.Format)];
        _examples =
            [.. rows.Spread(options.PerplexityRows).Select(row => template.Format(rows.Texts[row], rows.Labels[rows.Classes[row]]))];
    }

    /// <summary>Evaluates the model that the schema carries.</summary>
    public static ImmutableArray<ModelVariant> Run(IHostEnvironment environment, IDataView data, QuantizationEvaluationOptions options)
    {
        options.Validate();
        var model = LanguageModelColumn.Find(data.Schema, options.ModelColumnName, Stage);
        ModelForms.RequireUnquantized(model, Stage);
        var rows = LabelledTexts.Read(data, options, Stage);
        var template = options.UsePromptTemplate ? PromptTemplate.From(model.Metadata) : null;
        using var channel = environment.Register(Stage).Start("Evaluating");
        using var forms = new ModelForms(model, options);
        return new QuantizationEvaluator(rows, template ?? PromptTemplate.Plain, options).Run(forms, channel);
    }

    private ImmutableArray<ModelVariant> Run(ModelForms forms, IChannel channel)
    {
        var variants = ImmutableArray.CreateBuilder<ModelVariant>(_options.Types.Length);
        using var reference = Open(_options.Types[0]);
        Add(_options.Types[0], reference);
        foreach (var type in _options.Types.Skip(1))
        {
            using var engine = Open(type);
            Add(type, engine);
        }

        return variants.ToImmutable();

        TinyGptPredictionEngine Open(GgufFileType type)
        {
            var path = forms.Write(type);
            channel.Info(MessageSensitivity.None, $"{type}: matrices in {ModelForms.TypesIn(path)}");
            return TinyGptPredictionEngine.Open(path, _options.Engine);
        }

        void Add(GgufFileType type, TinyGptPredictionEngine engine)
        {
            var variant = Measure(type.ToString(), engine, reference);
            variants.Add(variant);
            channel.Info(MessageSensitivity.None, FormattableString.Invariant(
                $"{type}: {variant.FileBytes / 1e6:F2} MB, right on {variant.Evaluation.Accuracy}, perplexity {variant.Perplexity:F3}"));
            _options.Progress?.Report(variant);
        }
    }

    private ModelVariant Measure(string name, TinyGptPredictionEngine engine, TinyGptPredictionEngine reference)
    {
        var (results, time) = Classify(engine);
        var metrics = engine.Metrics; // before there is a context for perplexity, which classifying does not need
        var divergence = engine.DivergenceFrom(reference, _examples, _options.CancellationToken);
        return new ModelVariant
        {
            Name = name,
            FileBytes = metrics.FileBytes,
            Evaluation = ClassificationEvaluation.Of(
                name,
                _rows.Labels,
                _rows.Classes,
                [.. results.Select(result => (int?)result.Index)],
                [.. results.Select(result => result.Probabilities[result.Index])],
                _rows.Groups),
            Perplexity = divergence.Perplexity,
            Divergence = engine == reference ? null : divergence,
            RowsPerSecond = results.Count / time.TotalSeconds,
            TokensPerSecond = _prompts.Sum(prompt => (long)engine.Tokenize(prompt).Length) / time.TotalSeconds,
            BufferBytes = metrics.BufferBytes,
        };
    }

    private (List<Classification> Results, TimeSpan Time) Classify(TinyGptPredictionEngine engine)
    {
        engine.Classify(_prompts[0], _rows.Labels); // the first call makes the context and reads the mapped weights
        var results = new List<Classification>(_prompts.Length);
        var start = Stopwatch.GetTimestamp();
        foreach (var batch in _prompts.Chunk(_options.BatchRows))
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            results.AddRange(engine.Classify(batch, _rows.Labels, options: null, _options.CancellationToken));
        }

        return (results, Stopwatch.GetElapsedTime(start));
    }
}
