using System.Collections.Immutable;

namespace TinyLlm.Transforms;

/// <summary>Settings for writing windows as text by a template.</summary>
public sealed record SensorTemplateOptions
{
    /// <summary>Gets the channels of a window, in their order.</summary>
    public required ImmutableArray<SensorChannel> Channels { get; init; }

    /// <summary>
    /// Gets the template. <c>{name}</c> stands for a channel's values with a space between them, <c>{name.mean}</c>, <c>.min</c>,
    /// <c>.max</c>, <c>.std</c>, <c>.slope</c> and <c>.frequency</c> for a statistic and <c>{name.unit}</c> for its unit;
    /// <c>{name.mean:3}</c> sets the decimals; <c>{{</c> and <c>}}</c> are braces. Default: a line of <c>name: values unit</c> for each
    /// channel.
    /// </summary>
    public string? Template { get; init; }

    /// <summary>Gets the seconds between samples: slopes are per second then and frequencies in Hz. Default: per sample.</summary>
    public double? SampleInterval { get; init; }

    /// <summary>Gets what stands for a missing value. Default <c>?</c>.</summary>
    public string MissingText { get; init; } = "?";

    /// <summary>Throws where settings are outside their ranges; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">They are.</exception>
    public void Validate()
    {
        if (Channels.IsDefault)
            throw new ArgumentException($"{nameof(SensorTemplateOptions)} are not valid: there are no channels.");
        var problems = SensorChannel.Problems(Channels).ToList();
        if (SampleInterval is { } interval && !(interval > 0 && double.IsFinite(interval)))
            problems.Add(FormattableString.Invariant($"{nameof(SampleInterval)} is {interval}; a positive time is expected"));
        if (problems.Count == 0)
            TemplatePart.Parse(this, problems);
        if (problems.Count > 0)
            throw new ArgumentException($"{nameof(SensorTemplateOptions)} are not valid: {string.Join("; ", problems)}.");
    }
}
