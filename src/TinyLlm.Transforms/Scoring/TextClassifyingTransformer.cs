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
public sealed class TextClassifyingTransformer : BatchedScoringTransformer<Classification>
{
    internal const string LoaderSignature = "TinyLlmClassify";

    private static readonly VersionInfo Version = ModelVersions.First("TLMCLSSF", LoaderSignature);

    private readonly ClassifyOptions _options;

    internal TextClassifyingTransformer(IHostEnvironment environment, ClassifyOptions options)
        : base(environment, options, Version) => _options = options;

    /// <summary>
    /// Gets the labels. Scores come in this order, except where the rows have the label's key column with its values in another: then
    /// they come in that one.
    /// </summary>
    public ImmutableArray<string> Labels => _options.Labels;

    /// <summary>Says in the log in which order the scores come where no key column tells.</summary>
    internal void LogOrder() => Log(
        ChannelMessageKind.Info,
        $"'{_options.LabelColumnName}' is no key column, so the scores come in the order of the labels: {string.Join(", ", Labels)}. "
        + "MulticlassClassification.Evaluate reads them in the order of a key: MapValueToKey comes before Classify, not behind it.");

    private protected override string Stage => TextClassifyingEstimator.Stage;

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema)
    {
        var ordered = LabelOrder.Align(Labels, inputSchema, _options.LabelColumnName, Stage);
        int[] places = [.. ordered.Select(label => Labels.IndexOf(label))]; // of the scores among the labels
        return Bind(
            inputSchema,
            ScoreAnnotations.Columns(inputSchema, _options.PredictedLabelColumnName, _options.ScoreColumnName, ordered),
            (output, current) => output == 0
                ? (ValueGetter<uint>)((ref uint value) =>
                    value = current() is { Label: not null } result ? (uint)Array.IndexOf(places, result.Index) + 1 : 0)
                : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Write(current(), places, ref value)));
    }

    private protected override IReadOnlyList<Classification> Score(TinyGptPredictionEngine engine, IReadOnlyList<string> texts) =>
        engine.Classify(_options.UsePromptTemplate ? Prompts(engine, texts) : texts, Labels, _options.ToEngine());

    private protected override long SizeOf(Classification result) => 2L * sizeof(double) * result.Probabilities.Length;

    // ML.NET's evaluators take the largest score for the answer, whatever the predicted label says, and leave rows without scores out.
    private static void Write(Classification result, int[] places, ref VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, places.Length);
        for (var i = 0; i < places.Length; i++)
            editor.Values[i] = result.Label is null ? float.NaN : (float)result.Probabilities[places[i]];
        value = editor.Commit();
    }

    private static TextClassifyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, Load<ClassifyOptions>(ctx, Version));
}
