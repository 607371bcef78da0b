using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// Leaves out rows whose text rules of quality reject, or that were there before; all columns of the other rows pass through.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Output column data type | none |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TextCuratingEstimator : IEstimator<TextCuratingTransformer>
{
    internal const string Stage = "CurateText";

    private readonly string _inputColumnName;
    private readonly CorpusOptions _options;

    internal TextCuratingEstimator(string inputColumnName, CorpusOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_inputColumnName, _options) = (inputColumnName, options);
    }

    /// <summary>Checks the schema; no row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public TextCuratingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new TextCuratingTransformer(_inputColumnName, _options);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>Returns the same schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_inputColumnName, TextDataViewType.Instance, Stage);
        return inputSchema;
    }
}
