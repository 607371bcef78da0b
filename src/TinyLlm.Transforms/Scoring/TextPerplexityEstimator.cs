using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms;

/// <summary>
/// Measures, for each row, how badly the model foresees the row's text: the mean negative log-likelihood of its tokens, in nats per token.
/// What the model did not learn stands out.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Output column data type | <xref:System.Single> |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TextPerplexityEstimator : TextScoringEstimator<TextPerplexityTransformer>
{
    internal const string Stage = "Perplexity";

    private readonly PerplexityOptions _options;

    internal TextPerplexityEstimator(IHostEnvironment environment, PerplexityOptions options)
        : base(environment, options, Stage) => _options = options;

    private protected override TextPerplexityTransformer Create(DataViewSchema inputSchema) => new(Environment, _options);

    private protected override SchemaShape.Column[] Outputs(SchemaShape inputSchema) =>
        [new(_options.OutputColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, isKey: false)];
}
