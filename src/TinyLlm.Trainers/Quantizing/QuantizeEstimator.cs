using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>Quantizes the model that the schema carries and gives the smaller one to the stages behind; rows pass through.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Only for an importance matrix |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType> for an importance matrix |
/// | Output column data type | <xref:TinyLlm.Transforms.LanguageModelDataViewType> |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class QuantizeEstimator : IEstimator<QuantizedModelTransformer>
{
    private const string Stage = "Quantize";

    private readonly QuantizeOptions _options;

    internal QuantizeEstimator(QuantizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Quantizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">llama.cpp refuses the model; the message is its own.</exception>
    public QuantizedModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var model = LanguageModelColumn.Find(input.Schema, _options.ModelColumnName, Stage);
        var text = _options.ImportanceColumnName is { } name ? input.Schema.Require(name, TextDataViewType.Instance, Stage) : default(DataViewSchema.Column?);
        var folder = Directory.CreateTempSubdirectory("tinyllm-");
        try
        {
            var (source, destination) = (Path.Combine(folder.FullName, "model.gguf"), Path.Combine(folder.FullName, "quantized.gguf"));
            model.Save(source, _options.CancellationToken);
            var importance = text is { } column ? ImportanceMatrix.Collect(source, TextGetter.ReadAll(input, column, Stage).OfType<string>().Take(_options.ImportanceRows), _options.CancellationToken) : null;
            var quantization = new QuantizationOptions { Type = _options.Type, ImportanceMatrix = importance, Overrides = _options.Overrides };
            var report = ModelQuantizer.Quantize(source, destination, quantization, progress: null, _options.CancellationToken);
            return new QuantizedModelTransformer(LanguageModel.Load(File.ReadAllBytes(destination)), _options.ModelColumnName, report);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Returns the schema that the fitted transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        LanguageModelColumn.Check(inputSchema, _options.ModelColumnName, Stage);
        if (_options.ImportanceColumnName is { } name)
            inputSchema.Require(name, TextDataViewType.Instance, Stage);
        return inputSchema.With(LanguageModelColumn.Shape(_options.ModelColumnName));
    }
}
