using System.Collections.Immutable;
using System.Text;

namespace TinyLlm.Transforms;

/// <summary>
/// Writes windows as short texts of symbols for learned bins, so that a window costs a fraction of the tokens of its numbers.
/// </summary>
/// <remarks>
/// The bins are fitted once, on training data only, and do not change. A missing value, one below and one above the fitted range have
/// symbols of their own. In the form <see cref="SensorTextForm.Deltas"/> a missing value leaves the value before it as what the next is
/// measured from.
/// </remarks>
public sealed partial class SensorBins
{
    private readonly ImmutableArray<ChannelBins> _bins;
    private readonly string[][] _levels;
    private readonly string[][] _steps;

    private SensorBins(SensorBinOptions options, ImmutableArray<ChannelBins> bins)
    {
        (Options, _bins) = (options, bins);
        Symbols = SensorSymbols.All(options, bins);
        // Texts are made once: level -1 stands at 0, a missing value behind the last.
        _levels = [.. bins.Select((of, channel) => Enumerable.Range(-1, of.Count + 2).Append(ChannelBins.Missing)
            .Select(level => SensorSymbols.Level(options.Symbols, channel, level, of.Count)).ToArray())];
        _steps = [.. bins.Select((of, channel) => Enumerable.Range(-of.Count - 1, (2 * of.Count) + 3)
            .Select(step => SensorSymbols.Step(options.Symbols, channel, step)).ToArray())];
    }

    /// <summary>Gets the settings.</summary>
    public SensorBinOptions Options { get; }

    /// <summary>Gets every symbol and what it stands for.</summary>
    public ImmutableArray<SensorSymbol> Symbols { get; }

    /// <summary>Gets the texts that a vocabulary should reserve; none for letters, which every vocabulary has.</summary>
    public ImmutableArray<string> ReservedTokens =>
        Options.Symbols == SensorSymbolStyle.Reserved ? [.. Symbols.Select(symbol => symbol.Text).Distinct(StringComparer.Ordinal)] : [];

    /// <summary>
    /// Fits bins in one pass and bounded memory to windows <c>[samples, channels]</c> of any length, or to windows as
    /// <see cref="SensorBinOptions.SampleCounts"/> has them.
    /// </summary>
    /// <exception cref="ArgumentException">The options are not valid, or a window's length does not fit the channels.</exception>
    /// <exception cref="InvalidOperationException">A channel has no value.</exception>
    public static SensorBins Fit(IEnumerable<ReadOnlyMemory<float>> windows, SensorBinOptions options)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ChannelBinFitter[] fitters = [.. options.Channels.Select((_, channel) => new ChannelBinFitter(options, channel))];
        foreach (var window in windows)
        {
            options.CheckLength(window.Length);
            for (var channel = 0; channel < fitters.Length; channel++)
            {
                var (first, end, step) = options.Samples(channel, window.Length);
                for (var i = first; i < end; i += step)
                    fitters[channel].Add(window.Span[i]);
            }
        }

        return new SensorBins(options, [.. fitters.Select(fitter => fitter.Fit())]);
    }

    /// <summary>Returns the same bins in another form.</summary>
    public SensorBins WithForm(SensorTextForm form)
    {
        var options = Options with { Form = form };
        options.Validate();
        return new SensorBins(options, _bins);
    }

    /// <summary>Returns the text of a window such as those that the bins were fitted to.</summary>
    /// <exception cref="ArgumentException">The window's length does not fit the channels.</exception>
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
        Options.CheckLength(window.Length);
        for (var channel = 0; channel < _bins.Length; channel++)
        {
            if (Options.Symbols == SensorSymbolStyle.Letters)
                destination.Append(channel > 0 ? "\n" : "").Append(Options.Channels[channel]).Append(' ');
            switch (Options.Form)
            {
                case SensorTextForm.Values:
                    AppendValues(window, channel, destination);
                    break;
                case SensorTextForm.Deltas:
                    AppendDeltas(window, channel, destination);
                    break;
                default:
                    AppendRuns(window, channel, destination);
                    break;
            }
        }
    }

    private void AppendValues(ReadOnlySpan<float> window, int channel, StringBuilder text)
    {
        var (first, end, step) = Options.Samples(channel, window.Length);
        for (var i = first; i < end; i += step)
            text.Append(Text(channel, _bins[channel].LevelOf(window[i])));
    }

    private void AppendDeltas(ReadOnlySpan<float> window, int channel, StringBuilder text)
    {
        var before = ChannelBins.Missing;
        var (first, end, step) = Options.Samples(channel, window.Length);
        for (var i = first; i < end; i += step)
        {
            var level = _bins[channel].LevelOf(window[i]);
            text.Append(
                level == ChannelBins.Missing || before == ChannelBins.Missing ? Text(channel, level)
                : _steps[channel][level - before + _bins[channel].Count + 1]);
            before = level == ChannelBins.Missing ? before : level;
        }
    }

    private void AppendRuns(ReadOnlySpan<float> window, int channel, StringBuilder text)
    {
        var (first, end, step) = Options.Samples(channel, window.Length);
        for (var i = first; i < end;)
        {
            var level = _bins[channel].LevelOf(window[i]);
            var length = 0;
            while (i < end && length < SensorSymbols.LongestRun && _bins[channel].LevelOf(window[i]) == level)
            {
                length++;
                i += step;
            }

            text.Append(Text(channel, level));
            if (length > 1)
                text.Append(SensorSymbols.Run(Options.Symbols, length));
        }
    }

    private string Text(int channel, int level) => _levels[channel][level == ChannelBins.Missing ? ^1 : level + 1];
}
