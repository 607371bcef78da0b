using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(TextPerplexityTransformer), null, typeof(SignatureLoadModel), "Perplexity by a language model",
    TextPerplexityTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>
/// Measures, for each row, how badly the model foresees the row's text: the mean negative log-likelihood of its tokens, in nats per token.
/// What the model did not learn stands out.
/// </summary>
public sealed class TextPerplexityTransformer : TextScoringTransformer
{
    internal const string LoaderSignature = "TinyLlmPerplexity";

    private static readonly VersionInfo Version = ModelVersions.First("TLMPERPL", LoaderSignature);

    private readonly PerplexityOptions _options;

    internal TextPerplexityTransformer(PerplexityOptions options)
        : base(options, Version) => _options = options;

    private protected override string Stage => TextPerplexityEstimator.Stage;

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema) => Bind<PerplexityResult>(
        inputSchema,
        [new(_options.OutputColumnName, NumberDataViewType.Single)],
        batchRows: _options.BatchRows,
        (engine, texts) => engine.Perplexity(texts),
        (_, current) => (ValueGetter<float>)((ref float value) => value = (float)current().NatsPerToken));

    private static TextPerplexityTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(Load<PerplexityOptions>(ctx, Version));
}
