using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>One form of a model, such as a quantization of it, with what was measured on it.</summary>
public sealed record ModelVariant
{
    /// <summary>Gets the form, such as <c>Q8_0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the bytes of its file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Gets how often it was right.</summary>
    public required ClassificationEvaluation Evaluation { get; init; }

    /// <summary>Gets its perplexity on the test texts. Default: not measured.</summary>
    public double? Perplexity { get; init; }

    /// <summary>Gets how far its next-token distributions are from the first form's. Default: not measured.</summary>
    public DivergenceResult? Divergence { get; init; }

    /// <summary>Gets how many rows it classified in a second. Default: not measured.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>
    /// Gets how many tokens of prompts it read in a second, those that it shared with the prompt before included. Default: not measured.
    /// </summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>
    /// Gets the memory that llama.cpp held for it, in bytes: <see cref="EngineMetrics.BufferBytes"/>. It is the form's own; the peak of a
    /// process that runs one form after the other never falls, and is that of the largest. Default: not measured.
    /// </summary>
    public long? BufferBytes { get; init; }
}
