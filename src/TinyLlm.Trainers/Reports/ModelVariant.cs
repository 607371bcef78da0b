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

    /// <summary>Gets the mean Kullback–Leibler divergence of its next-token distribution from the first form's, in nats. Default: not measured.</summary>
    public double? Divergence { get; init; }

    /// <summary>Gets how many rows it classified in a second. Default: not measured.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>Gets how many tokens it read in a second. Default: not measured.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Gets the most memory that the process held while it ran, in bytes. Default: not measured.</summary>
    public long? PeakMemoryBytes { get; init; }
}
