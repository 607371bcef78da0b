using System.Globalization;
using System.Text;

namespace TinyLlm.Transforms;

/// <summary>Writes windows as text by a template, the same in every culture.</summary>
public sealed class SensorTemplate
{
    private static readonly string[] Formats = [.. Enumerable.Range(0, 10).Select(digits => $"F{digits}")];

    private readonly List<TemplatePart> _parts;

    /// <summary>Makes a writer.</summary>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public SensorTemplate(SensorTemplateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _parts = TemplatePart.Parse(options, []);
    }

    /// <summary>Gets the settings.</summary>
    public SensorTemplateOptions Options { get; }

    /// <summary>Returns the text of a window <c>[samples, channels]</c>.</summary>
    /// <exception cref="ArgumentException">The window's length is no multiple of the channels.</exception>
    public string Format(ReadOnlySpan<float> window)
    {
        var text = new StringBuilder();
        Format(window, text);
        return text.ToString();
    }

    /// <summary>Appends the text of a window.</summary>
    /// <inheritdoc cref="Format(ReadOnlySpan{float})"/>
    public void Format(ReadOnlySpan<float> window, StringBuilder destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var channels = Options.Channels.Length;
        if (window.Length % channels != 0)
            throw new ArgumentException(
                $"The window has {window.Length} values, which is no multiple of its {channels} channels.", nameof(window));
        var samples = window.Length / channels;
        var values = samples <= 512 ? stackalloc double[samples] : new double[samples];
        foreach (var part in _parts)
        {
            destination.Append(part.Text);
            if (part.IsLiteral)
                continue;
            for (var i = 0; i < values.Length; i++)
                values[i] = window[(i * channels) + part.Channel];
            if (part.Statistic.Length > 0)
                Append(destination, Statistic(part.Statistic, values), part.Decimals);
            else
                AppendAll(destination, values, part.Decimals);
        }
    }

    private double Statistic(string name, ReadOnlySpan<double> values) => name switch
    {
        "mean" => SensorStatistics.Mean(values),
        "min" => SensorStatistics.Minimum(values),
        "max" => SensorStatistics.Maximum(values),
        "std" => SensorStatistics.StandardDeviation(values),
        "slope" => SensorStatistics.Slope(values) / (Options.SampleInterval ?? 1),
        _ => SensorStatistics.DominantFrequency(values) / (Options.SampleInterval ?? 1),
    };

    private void AppendAll(StringBuilder text, ReadOnlySpan<double> values, int decimals)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
                text.Append(' ');
            Append(text, values[i], decimals);
        }
    }

    private void Append(StringBuilder text, double value, int decimals)
    {
        if (double.IsNaN(value))
        {
            text.Append(Options.MissingText);
            return;
        }

        // Long enough for the largest number written out; a zero has no sign.
        Span<char> digits = stackalloc char[350];
        value.TryFormat(digits, out var length, Formats[decimals], CultureInfo.InvariantCulture);
        var written = digits[..length];
        text.Append(written[0] == '-' && written.IndexOfAnyInRange('1', '9') < 0 ? written[1..] : written);
    }
}
