using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(TextClassifyingTransformer), null, typeof(SignatureLoadModel), "Text classification by a language model",
    TextClassifyingTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>Chooses, for each row, the label that the model most probably writes behind the row's text.</summary>
public sealed class TextClassifyingTransformer : TextScoringTransformer
{
    internal const string LoaderSignature = "TinyLlmClassify";

    private static readonly VersionInfo Version = ModelVersions.First("TLMCLSSF", LoaderSignature);

    private readonly ClassifyOptions _options;

    internal TextClassifyingTransformer(ClassifyOptions options)
        : base(options, Version) => _options = options;

    /// <summary>Gets the labels, in the order of the scores.</summary>
    public ImmutableArray<string> Labels => _options.Labels;

    private protected override string Stage => TextClassifyingEstimator.Stage;

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema) => Bind<Classification>(
        inputSchema,
        [
            new(
                _options.PredictedLabelColumnName, new KeyDataViewType(typeof(uint), Labels.Length),
                TextVectorAnnotation.Of(KeyTexts.AnnotationKind, Labels)),
            new(
                _options.ScoreColumnName, new VectorDataViewType(NumberDataViewType.Single, Labels.Length),
                TextVectorAnnotation.Of(TextClassifyingEstimator.SlotNames, Labels)),
        ],
        _options.BatchRows,
        (engine, texts) => engine.Classify(_options.UsePromptTemplate ? Prompts(engine, texts) : texts, Labels, _options.ToEngine()),
        (output, current) => output == 0
            ? (ValueGetter<uint>)((ref uint value) => value = current() is { Label: not null } result ? (uint)result.Index + 1 : 0)
            : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var probabilities = current().Probabilities;
                var editor = VBufferEditor.Create(ref value, probabilities.Length);
                for (var i = 0; i < probabilities.Length; i++)
                    editor.Values[i] = (float)probabilities[i];
                value = editor.Commit();
            }));

    private static TextClassifyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(Load<ClassifyOptions>(ctx, Version));
}
