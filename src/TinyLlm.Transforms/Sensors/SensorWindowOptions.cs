using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Settings for cutting a stream of sensor rows into windows.</summary>
public sealed record SensorWindowOptions
{
    /// <summary>Gets the samples of a window. Default 50; at least 1.</summary>
    public int Length { get; init; } = 50;

    /// <summary>
    /// Gets the samples from one window's beginning to the next one's. Default: <see cref="Length"/>, so that windows do not overlap; at
    /// least 1.
    /// </summary>
    public int? Hop { get; init; }

    /// <summary>Gets which label a window gets. Default <see cref="WindowLabel.Majority"/>.</summary>
    public WindowLabel Label { get; init; } = WindowLabel.Majority;

    /// <summary>
    /// Gets the time between samples, in the unit of the rows' times. Default: rows are samples as they come, and times are not read.
    /// </summary>
    public double? SampleInterval { get; init; }

    /// <summary>Gets what is done where times are not at the interval. Default <see cref="WindowGap.Error"/>.</summary>
    public WindowGap Gap { get; init; } = WindowGap.Error;

    /// <summary>
    /// Gets the longest time between rows that is bridged by interpolation; behind a longer one windows begin anew. Default: any.
    /// </summary>
    public double? MaximumGap { get; init; }

    /// <summary>Throws where settings are outside their ranges; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">They are.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(SensorWindowOptions),
        (Length >= 1, $"{nameof(Length)} is {Length}; at least 1 is expected"),
        (Hop is null or >= 1, $"{nameof(Hop)} is {Hop}; at least 1 is expected"),
        (Enum.IsDefined(Label), $"{nameof(Label)} is {Label}; Majority or Last is expected"),
        (Enum.IsDefined(Gap), $"{nameof(Gap)} is {Gap}; Error or Interpolate is expected"),
        (SampleInterval is null || (SampleInterval > 0 && double.IsFinite(SampleInterval.Value)),
            Invariant($"{nameof(SampleInterval)} is {SampleInterval}; a positive time is expected")),
        (MaximumGap is null || MaximumGap >= (SampleInterval ?? double.NaN),
            Invariant($"{nameof(MaximumGap)} is {MaximumGap}; at least the {nameof(SampleInterval)}, {SampleInterval}, is expected")));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
