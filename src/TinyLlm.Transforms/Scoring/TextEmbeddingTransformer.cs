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
public sealed class TextEmbeddingTransformer : TextScoringTransformer
{
    internal const string LoaderSignature = "TinyLlmEmbed";

    private static readonly VersionInfo Version = ModelVersions.First("TLMEMBED", LoaderSignature);

    private readonly EmbedOptions _options;

    internal TextEmbeddingTransformer(EmbedOptions options)
        : base(options, Version) => _options = options;

    private protected override string Stage => TextEmbeddingEstimator.Stage;

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema) => Bind<float[]>(
        inputSchema,
        [
            new(
                _options.OutputColumnName,
                new VectorDataViewType(NumberDataViewType.Single, Model(inputSchema).Architecture.EmbeddingLength)),
        ],
        batchRows: _options.BatchRows,
        (engine, texts) => engine.Embed(texts),
        (_, current) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var vector = current();
            var editor = VBufferEditor.Create(ref value, vector.Length);
            vector.CopyTo(editor.Values);
            value = editor.Commit();
        }));

    private static TextEmbeddingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(Load<EmbedOptions>(ctx, Version));
}
