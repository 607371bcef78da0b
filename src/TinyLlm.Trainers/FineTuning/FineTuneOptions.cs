using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>How a model is adapted to answer texts with labels.</summary>
public sealed record FineTuneOptions
{
    /// <summary>Gets the text column, the prompts. Default <c>Text</c>.</summary>
    public string InputColumnName { get; init; } = "Text";

    /// <summary>Gets the column of the answers: texts, or keys whose values are the answers. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// Gets how text and answer make a prompt; it is kept in the model's file, and the stages that run the model obey it. Default: the
    /// model's own template where it has one, otherwise the text is the prompt.
    /// </summary>
    public PromptTemplate? PromptTemplate { get; init; }

    /// <summary>Gets the column whose equal values stay on one side of the validation split. Default: equal texts do.</summary>
    public string? GroupColumnName { get; init; }

    /// <summary>Gets the share of rows that are held out to measure the loss on; from 0 to below 1. Default 0.1.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// Gets whether the temperature of the adapted model's classifications is fitted on the rows that are held out
    /// (<see cref="ClassificationCalibrator"/>), and kept with the model. Default false.
    /// </summary>
    public bool Calibrate { get; init; }

    /// <summary>Gets whether only the answers are learned, not the texts. Default true.</summary>
    public bool ResponseOnly { get; init; } = true;

    /// <summary>Gets the low-rank adaptation; null trains every weight. Default rank 8.</summary>
    public LoraOptions? Lora { get; init; } = new();

    /// <summary>
    /// Gets where the update by itself is written as a GGUF adapter, which llama.cpp loads beside the
    /// model; null for nowhere. Default null.
    /// </summary>
    public string? AdapterPath { get; init; }

    /// <summary>Gets the column that carries the model, before and after. Default <c>LanguageModel</c>.</summary>
    public string ModelColumnName { get; init; } = LanguageModelColumn.DefaultName;

    /// <summary>Gets how the model is trained.</summary>
    public TrainingOptions Training { get; init; } = new() { LearningRate = 1e-3, Epochs = 3 };

    /// <summary>Gets how the adapted model is run to score rows.</summary>
    public TinyGptOptions Engine { get; init; } = new();

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(FineTuneOptions),
        (!string.IsNullOrEmpty(InputColumnName), $"{nameof(InputColumnName)} is empty"),
        (!string.IsNullOrEmpty(LabelColumnName), $"{nameof(LabelColumnName)} is empty"),
        (!string.IsNullOrEmpty(ModelColumnName), $"{nameof(ModelColumnName)} is empty"),
        (ValidationFraction is >= 0 and < 1,
            $"{nameof(ValidationFraction)} is {ValidationFraction}; a number from 0 to below 1 is expected"),
        (!Calibrate || ValidationFraction > 0, $"{nameof(Calibrate)} is set, and {nameof(ValidationFraction)} holds no rows out to fit on"),
        (AdapterPath is null || Lora is { TrainBiases: false },
            $"{nameof(AdapterPath)} is set, and an adapter holds nothing but an update of low rank"),
        (Training is not null, $"{nameof(Training)} is missing"),
        (Engine is not null, $"{nameof(Engine)} is missing"),
        OptionChecks.Nested(Lora is null ? null : Lora.Validate),
        OptionChecks.Nested(Training is null ? null : Training.Validate),
        OptionChecks.Nested(Engine is null ? null : Engine.Validate));
}
