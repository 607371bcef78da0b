using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>Writes the model that the schema carries as a GGUF file when it is fitted; rows pass through.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType>, annotated with a model |
/// | Output column data type | none |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class ExportGgufEstimator : IEstimator<ExportedModelTransformer>
{
    private const string Stage = "ExportGguf";

    private readonly string _path;
    private readonly string _modelColumnName;

    internal ExportGgufEstimator(string path, string modelColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(modelColumnName);
        (_path, _modelColumnName) = (path, modelColumnName);
    }

    /// <summary>Writes the file, which appears when it is complete.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The schema carries no model.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public ExportedModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        LanguageModelColumn.Find(input.Schema, _modelColumnName, Stage).Save(_path);
        return new ExportedModelTransformer(_path);
    }

    /// <summary>Returns the same schema. A chain asks for it before it fits its first stage.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The schema carries no model.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        LanguageModelColumn.Check(inputSchema, _modelColumnName, Stage);
        AtomicFile.Check(_path);
        return inputSchema;
    }
}
