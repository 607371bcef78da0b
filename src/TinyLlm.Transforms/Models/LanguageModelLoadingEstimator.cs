using Microsoft.ML;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Loads a GGUF file and gives the model to the stages behind.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | none |
/// | Output column data type | <xref:Microsoft.ML.Data.TextDataViewType>, annotated with the model |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class LanguageModelLoadingEstimator : IEstimator<LanguageModelTransformer>
{
    private readonly string _path;
    private readonly string _outputColumnName;

    internal LanguageModelLoadingEstimator(string path, string outputColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model at '{path}'.", path);
        (_path, _outputColumnName) = (path, outputColumnName);
    }

    /// <summary>Maps the file.</summary>
    /// <exception cref="GgufFormatException">The file is not valid, or of a network that this library does not convert.</exception>
    public LanguageModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new LanguageModelTransformer(LanguageModel.Load(_path), _outputColumnName);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(LanguageModelColumn.Shape(_outputColumnName));
    }
}
