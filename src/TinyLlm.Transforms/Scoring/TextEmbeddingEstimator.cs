using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms;

/// <summary>
/// Computes, for each row, a vector of the row's text: the mean of the model's hidden states behind the last norm,
/// as wide as the model's embedding.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Output column data type | Known-size vector of <xref:System.Single> |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TextEmbeddingEstimator : TextScoringEstimator<TextEmbeddingTransformer>
{
    internal const string Stage = "Embed";

    private readonly EmbedOptions _options;

    internal TextEmbeddingEstimator(IHostEnvironment environment, EmbedOptions options)
        : base(environment, options, Stage) => _options = options;

    private protected override TextEmbeddingTransformer Create(DataViewSchema inputSchema) => new(Environment, _options);

    private protected override SchemaShape.Column[] Outputs(SchemaShape inputSchema) =>
        [
            new(
                _options.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false,
                TextVectorAnnotation.Shape(ScoreAnnotations.SlotNames)),
        ];
}
