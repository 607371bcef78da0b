using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

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
    internal const string SlotNames = "SlotNames";

    private readonly ClassifyOptions _options;

    internal TextClassifyingEstimator(ClassifyOptions options)
        : base(options, Stage) => _options = options;

    private protected override TextClassifyingTransformer Create(DataViewSchema inputSchema) =>
        new(_options with { Labels = _options.Labels.IsEmpty ? LabelsOf(inputSchema) : _options.Labels });

    private protected override SchemaShape.Column[] Outputs(SchemaShape inputSchema)
    {
        if (_options.Labels.IsEmpty)
        {
            if (inputSchema.Find(_options.LabelColumnName) is not { } label)
                throw SchemaChecks.Missing(
                    _options.LabelColumnName, $"{Stage} without {nameof(ClassifyOptions.Labels)}", inputSchema.Select(c => c.Name));
            if (!label.IsKey || label.Annotations.Find(KeyTexts.AnnotationKind) is null)
                throw NoKey(label.Describe());
        }

        return
        [
            new(
                _options.PredictedLabelColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true,
                TextVectorAnnotation.Shape(KeyTexts.AnnotationKind)),
            new(
                _options.ScoreColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false,
                TextVectorAnnotation.Shape(SlotNames)),
        ];
    }

    private ImmutableArray<string> LabelsOf(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(_options.LabelColumnName) is not { } column)
            throw SchemaChecks.Missing(
                _options.LabelColumnName,
                $"{Stage} without {nameof(ClassifyOptions.Labels)}",
                schema.Where(c => !c.IsHidden).Select(c => c.Name));
        var labels = KeyTexts.Of(column) ?? throw NoKey(column.Type.ToString());
        (_options with { Labels = labels }).Validate();
        return labels;
    }

    private ArgumentOutOfRangeException NoKey(string? found) => new(
        "inputSchema",
        $"{Stage} takes its labels from the values of the key column '{_options.LabelColumnName}', which is of type {found}: "
        + $"convert it with Conversion.MapValueToKey, or give {nameof(ClassifyOptions)}.{nameof(ClassifyOptions.Labels)}.");
}
