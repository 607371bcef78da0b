using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Which columns of a stream of sensor rows become windows, and how.</summary>
public sealed record SensorWindowingOptions
{
    /// <summary>
    /// Gets the column of the channels' values: a vector such as <c>Concatenate</c> makes, or a number. Default <c>Features</c>.
    /// </summary>
    public string InputColumnName { get; init; } = "Features";

    /// <summary>Gets the column of the windows: a vector <c>[samples, channels]</c>. Default <c>Window</c>.</summary>
    public string OutputColumnName { get; init; } = "Window";

    /// <summary>
    /// Gets the column that a window never mixes, such as a device, a trial or a subject; rows of different groups may alternate. Default:
    /// all rows are of one stream.
    /// </summary>
    public string? GroupColumnName { get; init; }

    /// <summary>
    /// Gets the column of what rows are examples of; windows get it by <see cref="SensorWindowOptions.Label"/>. Default: none.
    /// </summary>
    public string? LabelColumnName { get; init; }

    /// <summary>
    /// Gets the column of times, a number or a time in seconds: behind a gap, or where time falls, windows begin anew. Without
    /// <see cref="SensorWindowOptions.SampleInterval"/> and <see cref="SensorWindowOptions.MaximumGap"/>, <c>Fit</c> learns what a gap is:
    /// more than 1.5 times the median step of the first 100,000 rows. Default: none.
    /// </summary>
    public string? TimeColumnName { get; init; }

    /// <summary>Gets how windows are cut.</summary>
    public SensorWindowOptions Windows { get; init; } = new();

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(SensorWindowingOptions),
        (!string.IsNullOrEmpty(InputColumnName), $"{nameof(InputColumnName)} is empty"),
        (!string.IsNullOrEmpty(OutputColumnName), $"{nameof(OutputColumnName)} is empty"),
        (OutputColumnName != GroupColumnName && OutputColumnName != LabelColumnName,
            $"{nameof(OutputColumnName)} is the group's or the label's"),
        (GroupColumnName is null || GroupColumnName != LabelColumnName,
            $"{nameof(GroupColumnName)} and {nameof(LabelColumnName)} are the same"),
        (Windows is not null, $"{nameof(Windows)} is missing"),
        (Windows?.SampleInterval is null || TimeColumnName is not null,
            $"{nameof(Windows)} have a sample interval, and {nameof(TimeColumnName)} is not set"),
        (Windows?.SampleInterval is not null || Windows?.MaximumGap is null || TimeColumnName is not null,
            $"{nameof(Windows)} have a longest gap, and {nameof(TimeColumnName)} is not set"),
        OptionChecks.Nested(Windows is null ? null : Windows.Validate));
}
