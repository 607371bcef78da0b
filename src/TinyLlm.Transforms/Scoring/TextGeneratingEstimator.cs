using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms;

/// <summary>Generates, for each row, the text that the model writes behind the row's text.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Output column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TextGeneratingEstimator : TextScoringEstimator<TextGeneratingTransformer>
{
    internal const string Stage = "Generate";

    private readonly GenerateOptions _options;

    internal TextGeneratingEstimator(IHostEnvironment environment, GenerateOptions options)
        : base(environment, options, Stage) => _options = options;

    private protected override TextGeneratingTransformer Create(DataViewSchema inputSchema) => new(Environment, _options);

    private protected override SchemaShape.Column[] Outputs(SchemaShape inputSchema) =>
        [new(_options.OutputColumnName, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false)];
}
