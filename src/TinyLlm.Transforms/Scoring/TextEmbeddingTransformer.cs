using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(TextEmbeddingTransformer), null, typeof(SignatureLoadModel), "Text embedding by a language model",
    TextEmbeddingTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>
/// Computes, for each row, a vector of the row's text: the mean of the model's hidden states behind the last norm,
/// as wide as the model's embedding.
/// </summary>
public sealed class TextEmbeddingTransformer : BatchedScoringTransformer<float[]>
{
    internal const string LoaderSignature = "TinyLlmEmbed";

    private static readonly VersionInfo Version = ModelVersions.First("TLMEMBED", LoaderSignature);

    private readonly EmbedOptions _options;

    internal TextEmbeddingTransformer(IHostEnvironment environment, EmbedOptions options)
        : base(environment, options, Version) => _options = options;

    private protected override string Stage => TextEmbeddingEstimator.Stage;

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema)
    {
        var length = Model(inputSchema).Architecture.EmbeddingLength;
        return Bind(
            inputSchema,
            [
                new(
                    _options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, length),
                    TextVectorAnnotation.Of(ScoreAnnotations.SlotNames, [.. Enumerable.Range(0, length).Select(i => $"Embedding{i}")])),
            ],
            (_, current) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var vector = current();
                var editor = VBufferEditor.Create(ref value, vector.Length);
                vector.CopyTo(editor.Values);
                value = editor.Commit();
            }));
    }

    private protected override IReadOnlyList<float[]> Score(TinyGptPredictionEngine engine, IReadOnlyList<string> texts) =>
        engine.Embed(texts);

    private protected override long SizeOf(float[] result) => (long)sizeof(float) * result.Length;

    private static TextEmbeddingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, Load<EmbedOptions>(ctx, Version));
}
