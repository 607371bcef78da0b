using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Training;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>
/// Adapts the model that the schema carries to answer a text column with the labels of another; gives it to the stages
/// behind and scores rows with it.
/// </summary>
/// <remarks>
/// The fitted chain adds the adapted model, and the predicted label with the scores of all labels, which are
/// computed only for who asks for them.
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | Text: <xref:Microsoft.ML.Data.TextDataViewType>; labels: text or <xref:Microsoft.ML.Data.KeyDataViewType> |
/// | Output column data type | <xref:Microsoft.ML.Data.TextDataViewType>, annotated with the model; key; known-size vector of <xref:System.Single> |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class FineTuneEstimator : IEstimator<TransformerChain<TextClassifyingTransformer>>
{
    private readonly IHostEnvironment _environment;
    private readonly FineTuneOptions _options;
    private readonly string _stage;

    internal FineTuneEstimator(IHostEnvironment environment, FineTuneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options, _stage) = (environment, options, options.Lora is null ? "FineTune" : "LoraFineTune");
    }

    /// <summary>
    /// Trains. The first transformer of the chain is the <see cref="TrainedModelTransformer"/>, which has the model and its history.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">A row of the options is longer than the model's context.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; its checkpoint is in the folder of the options.</exception>
    public TransformerChain<TextClassifyingTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var start = LanguageModelColumn.Find(input.Schema, _options.ModelColumnName, _stage);
        input.Schema.Require(_options.InputColumnName, TextDataViewType.Instance, _stage);
        input.Schema.Require(_options.LabelColumnName, _stage);
        if (_options.GroupColumnName is { } group)
            input.Schema.Require(group, _stage);
        _options.Training.CheckLength(start.Architecture);

        var template = _options.PromptTemplate ?? PromptTemplate.From(start.Metadata);
        var examples = LabelExamples.Read(input, start.Vocabulary, template, _options, _stage);
        var calibrating = Calibrating();
        var heldOut = _options.Calibrate ? HeldOutRows.Read(input, calibrating, _stage) : null;
        using var channel = _environment.Register(_stage).Start("Training");
        channel.Info(
            MessageSensitivity.None,
            $"{examples.Training.Length:N0} rows to learn from, {examples.Validation.Length:N0} held out, {examples.Labels.Length} labels");
        var options = _options.Training with { Progress = new TrainingLog(channel, _options.Training.Progress) };
        var (model, history, adapter) = ModelTraining.FineTune(
            start, examples.Training, examples.Validation, _options.ResponseOnly, _options.Lora, options);
        if (_options.AdapterPath is { } path)
            adapter!.Save(path);
        if (template is not null)
            model = model.WithMetadata(template.AddTo(model.Metadata));
        if (heldOut is not null)
        {
            var calibration = heldOut.Fit(model, calibrating);
            channel.Info(MessageSensitivity.None, calibration.ToString());
            model = model.WithMetadata(calibration.AddTo(model.Metadata));
        }

        return new TransformerChain<TextClassifyingTransformer>(
            new TrainedModelTransformer(model, _options.ModelColumnName, history),
            new TextClassifyingTransformer(_environment, Scoring() with { Labels = examples.Labels }));
    }

    /// <summary>Returns the schema that the fitted transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        LanguageModelColumn.Check(inputSchema, _options.ModelColumnName, _stage);
        inputSchema.Require(_options.InputColumnName, TextDataViewType.Instance, _stage);
        var label = inputSchema.Require(_options.LabelColumnName, _stage);
        if (_options.GroupColumnName is { } group)
            inputSchema.Require(group, _stage);
        if (label.Kind != SchemaShape.Column.VectorKind.Scalar || (!label.IsKey && label.ItemType is not TextDataViewType))
            throw SchemaChecks.WrongType(_options.LabelColumnName, _stage, "text or key", label.Describe());

        // The labels are known when there are rows; any two promise the same columns.
        return new TextClassifyingEstimator(_environment, Scoring() with { Labels = ["?", "??"] }).GetOutputSchema(
            inputSchema.With(LanguageModelColumn.Shape(_options.ModelColumnName)));
    }

    private CalibrateOptions Calibrating() => new()
    {
        InputColumnName = _options.InputColumnName,
        LabelColumnName = _options.LabelColumnName,
        GroupColumnName = _options.GroupColumnName,
        ValidationFraction = _options.ValidationFraction,
        Seed = _options.Training.Seed,
        Engine = _options.Engine,
        CancellationToken = _options.Training.CancellationToken,
    };

    private ClassifyOptions Scoring() => new()
    {
        InputColumnName = _options.InputColumnName,
        LabelColumnName = _options.LabelColumnName,
        ModelColumnName = _options.ModelColumnName,
        Engine = _options.Engine,
    };
}
