namespace TinyLlm.Gguf;

/// <summary>How labels' likelihoods become an answer.</summary>
public sealed record ClassificationOptions
{
    /// <summary>
    /// Gets the temperature by which log-likelihoods are divided before they are compared, fitted on held-out data; positive. Default: the
    /// model's own (<see cref="TinyGptPredictionEngine.ClassificationTemperature"/>), and 1 where it has none.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>Gets the probability below which no label is given; from 0 to 1. Default: a label is always given.</summary>
    public double? AbstainBelow { get; init; }

    /// <summary>
    /// Gets the text that the model was trained to write behind a label, before the vocabulary's end token; empty for none. Default: the
    /// <see cref="PromptTemplate.End"/> of the template in the model's file, which an adapter beside the model has not changed.
    /// </summary>
    public string? End { get; init; }

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(ClassificationOptions),
        (Temperature is null || (Temperature > 0 && double.IsFinite(Temperature.Value)),
            $"{nameof(Temperature)} is {Temperature}; a positive number is expected"),
        (AbstainBelow is null or (>= 0 and <= 1), $"{nameof(AbstainBelow)} is {AbstainBelow}; a number from 0 to 1 is expected"));
}
