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
public sealed class TextPerplexityTransformer : BatchedScoringTransformer<PerplexityResult>
{
    internal const string LoaderSignature = "TinyLlmPerplexity";

    private static readonly VersionInfo Version = ModelVersions.First("TLMPERPL", LoaderSignature);

    private readonly PerplexityOptions _options;

    internal TextPerplexityTransformer(IHostEnvironment environment, PerplexityOptions options)
        : base(environment, options, Version) => _options = options;

    private protected override string Stage => TextPerplexityEstimator.Stage;

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema) => Bind(
        inputSchema,
        [new(_options.OutputColumnName, NumberDataViewType.Single)],
        (_, current) => (ValueGetter<float>)((ref float value) => value = (float)current().NatsPerToken));

    private protected override IReadOnlyList<PerplexityResult> Score(TinyGptPredictionEngine engine, IReadOnlyList<string> texts) =>
        engine.Perplexity(texts);

    private protected override long SizeOf(PerplexityResult result) => 2 * sizeof(long);

    private static TextPerplexityTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, Load<PerplexityOptions>(ctx, Version));
}
