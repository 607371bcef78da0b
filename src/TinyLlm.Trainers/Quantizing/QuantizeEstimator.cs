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
/// | Output column data type | <xref:Microsoft.ML.Data.TextDataViewType>, annotated with the model |
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
        using var source = new QuantizationSource(model, ImportanceTexts(input), _options.CancellationToken);
        var path = Path.Combine(source.Folder, "quantized.gguf");
        var report = source.Quantize(path, new QuantizationOptions { Type = _options.Type, Overrides = _options.Overrides });
        return new QuantizedModelTransformer(LanguageModel.Load(File.ReadAllBytes(path)), _options.ModelColumnName, report);
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

    private IEnumerable<string>? ImportanceTexts(IDataView input)
    {
        if (_options.ImportanceColumnName is not { } name)
            return null;
        var column = input.Schema.Require(name, TextDataViewType.Instance, Stage);
        return TextGetter.ReadAll(input, column, Stage).OfType<string>().Take(_options.ImportanceRows);
    }
}
