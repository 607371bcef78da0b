using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>
/// Which column of windows becomes text, and in which form: exactly one of <see cref="Template"/> and <see cref="Bins"/>.
/// </summary>
public sealed record SensorTextOptions
{
    /// <summary>Gets the column of the windows, a known-size vector. Default <c>Window</c>.</summary>
    public string InputColumnName { get; init; } = "Window";

    /// <summary>Gets the text column. Default <c>Text</c>.</summary>
    public string OutputColumnName { get; init; } = "Text";

    /// <summary>
    /// Gets whether a window holds all samples of a channel before those of the next <c>[channels, samples]</c>, as wide rows of files do.
    /// Default false: <c>[samples, channels]</c>.
    /// </summary>
    public bool ChannelsFirst { get; init; }

    /// <summary>Gets the template that windows are written by. Default none.</summary>
    public SensorTemplateOptions? Template { get; init; }

    /// <summary>Gets how bins are learned from the training rows, and written. Default none.</summary>
    public SensorBinOptions? Bins { get; init; }

    /// <summary>Gets the number of channels.</summary>
    internal int ChannelCount => Template?.Channels.Length ?? Bins!.Channels.Length;

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(SensorTextOptions),
        (!string.IsNullOrEmpty(InputColumnName), $"{nameof(InputColumnName)} is empty"),
        (!string.IsNullOrEmpty(OutputColumnName), $"{nameof(OutputColumnName)} is empty"),
        (Template is null != Bins is null,
            $"{(Template is null ? "neither" : "both")} of {nameof(Template)} and {nameof(Bins)} "
            + $"{(Template is null ? "is" : "are")} set; one is expected"),
        (ChannelsFirst || Bins is null || !Bins.HasSampleCounts,
            $"{nameof(Bins)}.{nameof(Bins.SampleCounts)} are set, and {nameof(ChannelsFirst)} is not"),
        OptionChecks.Nested(Template is null ? null : Template.Validate),
        OptionChecks.Nested(Bins is null ? null : Bins.Validate));
}
