using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Training;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>Trains a language model on a text column or on token shards, and gives it to the stages behind; rows pass through.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Output column data type | <xref:Microsoft.ML.Data.TextDataViewType>, annotated with the model |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class PretrainEstimator : IEstimator<TrainedModelTransformer>
{
    private const string Stage = "Pretrain";

    private readonly IHostEnvironment _environment;
    private readonly PretrainOptions _options;

    internal PretrainEstimator(IHostEnvironment environment, PretrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options);
    }

    /// <summary>Trains.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">A row of the options is longer than the model's context.</exception>
    /// <exception cref="InvalidOperationException">There are too few tokens, or one label only.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; its checkpoint is in the folder of the options.</exception>
    public TrainedModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var start = _options.Architecture is null ? LanguageModelColumn.Find(input.Schema, _options.ModelColumnName, Stage) : null;
        _options.Training.CheckLength(start?.Architecture ?? _options.Architecture!);
        _options.Training.CheckOutput();
        var vocabulary = start?.Vocabulary ?? _options.Vocabulary;
        using var channel = _environment.Register(Stage).Start("Training");
        var options = _options.Training with { Progress = new TrainingLog(channel, _options.Training.Progress) };
        if (!_options.ShardPaths.IsEmpty)
            return Train(start, vocabulary!, _options.ShardPaths, _options.ValidationShardPaths, options);

        input.Schema.Require(_options.InputColumnName, TextDataViewType.Instance, Stage);
        foreach (var name in Further())
            input.Schema.Require(name, Stage);
        using var shards = new DocumentShards(input, _options, Stage);
        vocabulary ??= shards.LearnVocabulary();
        channel.Info(MessageSensitivity.None, $"{shards.Write(vocabulary)} with {vocabulary.Count:N0} tokens in the vocabulary");
        if (shards.ValidationPaths.Count == 0 && _options.ValidationFraction > 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"Less than one row of tokens is held out, though ValidationFraction is {_options.ValidationFraction}: "
                + "there will be no validation loss");
        }

        return Train(start, vocabulary, shards.TrainingPaths, shards.ValidationPaths, options);
    }

    /// <summary>Returns the schema that the fitted transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="IOException">A checkpoint could not be written, or a token shard is missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_options.Architecture is null)
            LanguageModelColumn.Check(inputSchema, _options.ModelColumnName, Stage);
        if (_options.ShardPaths.IsEmpty)
            inputSchema.Require(_options.InputColumnName, TextDataViewType.Instance, Stage);
        foreach (var name in Further())
            inputSchema.Require(name, Stage);
        _options.Training.CheckOutput();
        if (_options.ShardPaths.Concat(_options.ValidationShardPaths).FirstOrDefault(path => !File.Exists(path)) is { } missing)
            throw new FileNotFoundException($"There is no token shard at '{missing}'.", missing);
        return inputSchema.With(LanguageModelColumn.Shape(_options.ModelColumnName));
    }

    private IEnumerable<string> Further() =>
        _options.ShardPaths.IsEmpty ? new[] { _options.LabelColumnName, _options.GroupColumnName }.OfType<string>() : [];

    // A learned vocabulary may have found fewer tokens than it was allowed.
    private TrainedModelTransformer Train(
        LanguageModel? start, ModelVocabulary vocabulary, IReadOnlyList<string> shards, IReadOnlyList<string> validation,
        TrainingOptions options)
    {
        // Every document begins with the begin token: what is asked on the device must, too.
        if (start is null && vocabulary.BeginToken is not null)
            vocabulary = vocabulary with { AddBeginToken = true };
        var architecture = start?.Architecture ?? _options.Architecture! with { VocabularySize = vocabulary.Count };
        var (model, history) = ModelTraining.Pretrain(start, architecture, vocabulary, shards, validation, options);
        var template = _options.PromptTemplate;
        return new TrainedModelTransformer(
            template is null ? model : model.WithMetadata(template.AddTo(model.Metadata)), _options.ModelColumnName, history);
    }
}
