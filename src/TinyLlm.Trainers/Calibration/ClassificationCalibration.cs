using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>A temperature that was fitted on held-out rows, and what it is good for on them.</summary>
/// <param name="Temperature">
/// The temperature by which log-likelihoods are divided: above 1 makes a model less sure, below 1 surer; the chosen label never changes.
/// </param>
/// <param name="Count">The rows that it was fitted on.</param>
/// <param name="BinCount">The bins of the calibration errors.</param>
/// <param name="ErrorBefore">
/// The expected calibration error at temperature 1, from 0 to 1 (<see cref="ClassificationEvaluation.CalibrationError"/>).
/// </param>
/// <param name="ErrorAfter">The expected calibration error at the temperature.</param>
/// <param name="NatsBefore">The mean negative log-likelihood of the right label among all labels at temperature 1, in nats per row.</param>
/// <param name="NatsAfter">The same at the temperature; never more.</param>
public sealed record ClassificationCalibration(
    double Temperature, int Count, int BinCount, double ErrorBefore, double ErrorAfter, double NatsBefore, double NatsAfter)
{
    /// <summary>
    /// Returns metadata with the temperature in them, under <c>tinyllm.classification.temperature</c>: the engine then uses it by default.
    /// </summary>
    public GgufMetadata AddTo(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.With(ClassificationMetadata.TemperatureKey, Temperature);
    }

    /// <summary>
    /// Returns what was found, such as <c>temperature 1.44 from 120 rows: calibration error 0.081 before and 0.012 after (10 bins)</c>.
    /// </summary>
    public override string ToString() => FormattableString.Invariant(
        $"temperature {Temperature:G3} from {Count} rows: ")
        + FormattableString.Invariant($"calibration error {ErrorBefore:F3} before and {ErrorAfter:F3} after ({BinCount} bins)");
}
