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
        return Pretrain(catalog, new PretrainOptions { Architecture = architecture, InputColumnName = inputColumnName, Training = training ?? new TrainingOptions() });
    }

    /// <summary>Trains a language model on a text column or on token shards, from the beginning or on from the model that the schema carries.</summary>
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
        this TinyLlmCatalog catalog, string labelColumnName = "Label", string inputColumnName = "Text", LoraOptions? lora = null, TrainingOptions? training = null)
    {
        var options = new FineTuneOptions { LabelColumnName = labelColumnName, InputColumnName = inputColumnName, Lora = lora ?? new LoraOptions() };
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

    /// <summary>Quantizes the model that the schema carries.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="type">The quantization.</param>
    public static QuantizeEstimator Quantize(this TinyLlmCatalog catalog, GgufFileType type = GgufFileType.Q8_0) => new(new QuantizeOptions { Type = type });

    /// <inheritdoc cref="Quantize(TinyLlmCatalog, GgufFileType)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static QuantizeEstimator Quantize(this TinyLlmCatalog catalog, QuantizeOptions options) => new(options);

    /// <summary>Writes the model that the schema carries as a GGUF file when the pipeline is fitted.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file.</param>
    /// <param name="modelColumnName">The column that carries the model.</param>
    public static ExportGgufEstimator ExportGguf(this TinyLlmCatalog catalog, string path, string modelColumnName = LanguageModelColumn.DefaultName) =>
        new(path, modelColumnName);
}
