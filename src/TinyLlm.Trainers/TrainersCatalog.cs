using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

namespace Microsoft.ML;

/// <summary>The stages that make and change language models.</summary>
public static class TrainersCatalog
{
    /// <summary>Trains a language model from the beginning on a text column, with tokens of its own.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="architecture">The sizes; the vocabulary size is the most tokens to learn.</param>
    /// <param name="inputColumnName">The text column; each row is a document.</param>
    /// <param name="training">How the model is trained.</param>
    public static PretrainEstimator Pretrain(
        this TinyLlmCatalog catalog, ModelArchitecture architecture, string inputColumnName = "Text", TrainingOptions? training = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var options = new PretrainOptions { Architecture = architecture, InputColumnName = inputColumnName };
        return Pretrain(catalog, training is null ? options : options with { Training = training });
    }

    /// <summary>
    /// Trains a language model on a text column or on token shards, from the beginning or on from the model that the schema carries.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static PretrainEstimator Pretrain(this TinyLlmCatalog catalog, PretrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new PretrainEstimator(catalog.Context, options);
    }

    /// <summary>Adapts the model that the schema carries to a label column by an update of low rank (LoRA).</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The answers: texts, or keys whose values are the answers.</param>
    /// <param name="inputColumnName">The text column, the prompts.</param>
    /// <param name="lora">The rank and the targets of the update.</param>
    /// <param name="training">How the model is trained.</param>
    public static FineTuneEstimator LoraFineTune(
        this TinyLlmCatalog catalog, string labelColumnName = "Label", string inputColumnName = "Text", LoraOptions? lora = null,
        TrainingOptions? training = null)
    {
        var options =
            new FineTuneOptions { LabelColumnName = labelColumnName, InputColumnName = inputColumnName, Lora = lora ?? new LoraOptions() };
        return FineTune(catalog, training is null ? options : options with { Training = training });
    }

    /// <summary>Adapts the model that the schema carries to a label column, by an update of low rank or in every weight.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static FineTuneEstimator FineTune(this TinyLlmCatalog catalog, FineTuneOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new FineTuneEstimator(catalog.Context, options);
    }

    /// <summary>
    /// Fits the temperature of the classifications of the model that the schema carries, on the rows that fine-tuning holds out, and keeps
    /// it with the model: stages behind and the device use it by default.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The answers: texts, or keys whose values are the answers.</param>
    /// <param name="inputColumnName">The text column, the prompts.</param>
    public static CalibrateEstimator Calibrate(
        this TinyLlmCatalog catalog, string labelColumnName = "Label", string inputColumnName = "Text") =>
        Calibrate(catalog, new CalibrateOptions { LabelColumnName = labelColumnName, InputColumnName = inputColumnName });

    /// <inheritdoc cref="Calibrate(TinyLlmCatalog, string, string)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static CalibrateEstimator Calibrate(this TinyLlmCatalog catalog, CalibrateOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new CalibrateEstimator(catalog.Context, options);
    }

    /// <summary>Quantizes the model that the schema carries.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="type">The quantization.</param>
    public static QuantizeEstimator Quantize(this TinyLlmCatalog catalog, GgufFileType type = GgufFileType.Q8_0) =>
        new(new QuantizeOptions { Type = type });

    /// <inheritdoc cref="Quantize(TinyLlmCatalog, GgufFileType)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static QuantizeEstimator Quantize(this TinyLlmCatalog catalog, QuantizeOptions options) => new(options);

    /// <summary>Writes the model that the schema carries as a GGUF file when the pipeline is fitted.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file.</param>
    /// <param name="modelColumnName">The column that carries the model.</param>
    public static ExportGgufEstimator ExportGguf(
        this TinyLlmCatalog catalog, string path, string modelColumnName = LanguageModelColumn.DefaultName) =>
        new(path, modelColumnName);

    /// <summary>
    /// Evaluates the model that the schema carries and quantized forms of it, each run by llama.cpp from its own file, on labelled rows.
    /// </summary>
    /// <remarks>
    /// Of each form it measures how often it is right, how long it takes and how much memory. Perplexity, and the divergence from the first
    /// form's next-token distributions, are those of the whole texts: a row's text and behind it its label, as the model's prompt template
    /// puts them together.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows that were not trained on, as transformed by a pipeline whose model is not quantized.</param>
    /// <param name="options">All settings. Default: F32, Q8_0 and Q4_0, from the columns <c>Text</c> and <c>Label</c>.</param>
    /// <returns>The forms in the order of the options, for <see cref="EvaluationReport.Variants"/>.</returns>
    /// <exception cref="ArgumentException">
    /// The options are not valid, there are no rows, one has no label or an unknown one, or the model is quantized already.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">llama.cpp refuses a form; the message is its own.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public static ImmutableArray<ModelVariant> EvaluateQuantizations(
        this TinyLlmCatalog catalog, IDataView data, QuantizationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return QuantizationEvaluator.Run(catalog.Context, data, options ?? new QuantizationEvaluationOptions());
    }
}
