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
    /// Gets the longest time from a row to the next one of its group within a window; behind a longer one windows begin anew. Positive,
    /// and at least the <see cref="SampleInterval"/>. Default: with a sample interval any, without one times are not read;
    /// <c>CutWindows</c> learns one in <c>Fit</c> where it is given a time column.
    /// </summary>
    public double? MaximumGap { get; init; }

    /// <summary>
    /// Gets how many groups' rows may alternate. A group keeps the rows of its next window, of the size of two windows, until rows of so
    /// many others have come; that it comes back after them is an error. With 1, a row of another group ends the run, and a group that
    /// comes back begins anew. Default 1,024; 1 to 1,000,000.
    /// </summary>
    public int MaximumOpenGroups { get; init; } = 1024;

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
        (MaximumGap is null || SampleInterval is null || (MaximumGap >= SampleInterval && double.IsFinite(MaximumGap.Value)),
            Invariant($"{nameof(MaximumGap)} is {MaximumGap}; at least the {nameof(SampleInterval)}, {SampleInterval}, is expected")),
        (MaximumGap is null || SampleInterval is not null || (MaximumGap > 0 && double.IsFinite(MaximumGap.Value)),
            Invariant($"{nameof(MaximumGap)} is {MaximumGap}; a positive time is expected")),
        (MaximumOpenGroups is >= 1 and <= 1_000_000, $"{nameof(MaximumOpenGroups)} is {MaximumOpenGroups}; 1 to 1,000,000 are expected"));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
