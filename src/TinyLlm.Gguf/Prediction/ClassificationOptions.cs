namespace TinyLlm.Gguf;

/// <summary>How labels' likelihoods become an answer.</summary>
public sealed record ClassificationOptions
{
    /// <summary>
    /// Gets the temperature by which log-likelihoods are divided before they are compared, fitted on held-out data; positive. Default 1.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Gets the probability below which no label is given; from 0 to 1. Default: a label is always given.</summary>
    public double? AbstainBelow { get; init; }

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(ClassificationOptions),
        (Temperature > 0 && double.IsFinite(Temperature), $"{nameof(Temperature)} is {Temperature}; a positive number is expected"),
        (AbstainBelow is null or (>= 0 and <= 1), $"{nameof(AbstainBelow)} is {AbstainBelow}; a number from 0 to 1 is expected"));
}
