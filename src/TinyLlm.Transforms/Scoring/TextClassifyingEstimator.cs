using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms;

/// <summary>Chooses, for each row, the label that the model most probably writes behind the row's text.</summary>
/// <remarks>
/// The scores are the exact probabilities of the labels' texts, normalized over the labels.
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No; the labels may come from the schema of the label column |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Output column data type | Predicted label: <xref:Microsoft.ML.Data.KeyDataViewType>; scores: known-size vector of <xref:System.Single> |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TextClassifyingEstimator : TextScoringEstimator<TextClassifyingTransformer>
{
    internal const string Stage = "Classify";

    private const string WithoutLabels = $"{Stage} without {nameof(ClassifyOptions.Labels)}";

    private readonly ClassifyOptions _options;

    internal TextClassifyingEstimator(IHostEnvironment environment, ClassifyOptions options)
        : base(environment, options, Stage) => _options = options;

    private protected override TextClassifyingTransformer Create(DataViewSchema inputSchema)
    {
        var labels = _options.Labels.IsEmpty ? LabelsOf(inputSchema) : _options.Labels;
        if (_options.LabelColumnName is { } name)
            LabelOrder.RequireNoOther(labels, inputSchema, name, Stage);
        var aligned = LabelOrder.Align(labels, inputSchema, _options.LabelColumnName, Stage);
        var transformer = new TextClassifyingTransformer(Environment, _options with { Labels = aligned });
        if (_options.LabelColumnName is { } label && inputSchema.GetColumnOrNull(label) is not { Type: KeyDataViewType })
            transformer.LogOrder();
        return transformer;
    }

    private protected override SchemaShape.Column[] Outputs(SchemaShape inputSchema)
    {
        if (_options.Labels.IsEmpty)
        {
            if (inputSchema.Find(LabelColumn) is not { } label)
                throw SchemaChecks.Missing(LabelColumn, WithoutLabels, inputSchema.Select(c => c.Name));
            if (!label.IsKey || label.Annotations.Find(KeyTexts.AnnotationKind) is null)
                throw NoKey(label.Describe());
        }

        return ScoreAnnotations.Shapes(_options.PredictedLabelColumnName, _options.ScoreColumnName);
    }

    // Without labels there is a column: the options were validated.
    private string LabelColumn => _options.LabelColumnName!;

    private ImmutableArray<string> LabelsOf(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(LabelColumn) is not { } column)
            throw SchemaChecks.Missing(LabelColumn, WithoutLabels, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        var labels = KeyTexts.Of(column) ?? throw NoKey(column.Type.ToString());
        (_options with { Labels = labels }).Validate();
        return labels;
    }

    private ArgumentOutOfRangeException NoKey(string? found) => new(
        "inputSchema",
        $"{Stage} takes its labels from the values of the key column '{_options.LabelColumnName}', which is of type {found}: "
        + $"convert it with Conversion.MapValueToKey, or give {nameof(ClassifyOptions)}.{nameof(ClassifyOptions.Labels)}.");
}
