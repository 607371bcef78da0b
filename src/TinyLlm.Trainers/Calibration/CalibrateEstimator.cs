using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>
/// Fits the temperature of the classifications of the model that the schema carries, on rows that it was not trained on, and gives the
/// model with it to the stages behind; rows pass through.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | Text: <xref:Microsoft.ML.Data.TextDataViewType>; labels: text or <xref:Microsoft.ML.Data.KeyDataViewType> |
/// | Output column data type | <xref:Microsoft.ML.Data.TextDataViewType>, annotated with the model |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class CalibrateEstimator : IEstimator<CalibratedModelTransformer>
{
    private const string Stage = "Calibrate";

    private readonly IHostEnvironment _environment;
    private readonly CalibrateOptions _options;

    internal CalibrateEstimator(IHostEnvironment environment, CalibrateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options);
    }

    /// <summary>Fits the temperature.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">A row has a label that is not among those of the options.</exception>
    /// <exception cref="InvalidOperationException">Too few rows were held out, or they are all of one label.</exception>
    public CalibratedModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var model = LanguageModelColumn.Find(input.Schema, _options.ModelColumnName, Stage);
        var calibration = HeldOutRows.Read(input, _options, Stage).Fit(model, _options);
        using var channel = _environment.Register(Stage).Start("Calibrating");
        channel.Info(MessageSensitivity.None, calibration.ToString());
        return new CalibratedModelTransformer(
            model.WithMetadata(calibration.AddTo(model.Metadata)), _options.ModelColumnName, calibration);
    }

    /// <summary>Returns the schema that the fitted transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        LanguageModelColumn.Check(inputSchema, _options.ModelColumnName, Stage);
        inputSchema.Require(_options.InputColumnName, TextDataViewType.Instance, Stage);
        inputSchema.Require(_options.LabelColumnName, Stage);
        if (_options.GroupColumnName is { } group)
            inputSchema.Require(group, Stage);
        return inputSchema.With(LanguageModelColumn.Shape(_options.ModelColumnName));
    }
}
