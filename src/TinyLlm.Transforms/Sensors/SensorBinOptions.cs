using System.Collections.Immutable;
using System.Text.Json.Serialization;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Settings for writing windows with learned bins.</summary>
public sealed record SensorBinOptions
{
    /// <summary>The most bins with a letter for each, so that there is one for each difference of bins too.</summary>
    internal const int MostLetters = 24;

    private const int MostReserved = 1000;

    /// <summary>Gets the names of a window's channels, in their order.</summary>
    public required ImmutableArray<string> Channels { get; init; }

    /// <summary>
    /// Gets how many samples each channel has, at least 1, in windows that hold all samples of a channel before those of the next, so that
    /// single numbers and a waveform stand in one window. Default null: each has as many, and windows are <c>[samples, channels]</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<int>? SampleCounts { get; init; }

    /// <summary>Gets the bins of each channel. Default 16; 2 to 24 with letters, 2 to 1000 with reserved symbols.</summary>
    public int BinCount { get; init; } = 16;

    /// <summary>Gets how a range is cut into bins. Default <see cref="SensorBinKind.Uniform"/>.</summary>
    public SensorBinKind Kind { get; init; } = SensorBinKind.Uniform;

    /// <summary>Gets how the symbols of a window are written. Default <see cref="SensorTextForm.RunLengths"/>.</summary>
    public SensorTextForm Form { get; init; } = SensorTextForm.RunLengths;

    /// <summary>Gets what the symbols look like. Default <see cref="SensorSymbolStyle.Letters"/>.</summary>
    public SensorSymbolStyle Symbols { get; init; } = SensorSymbolStyle.Letters;

    /// <summary>
    /// Gets how many values of a channel quantiles are taken from, drawn at random where there are more. Default 100,000; at least 1.
    /// </summary>
    public int QuantileSampleCount { get; init; } = 100_000;

    /// <summary>Gets what the random choice hangs on. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Throws where settings are outside their ranges; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">They are.</exception>
    public void Validate()
    {
        var most = Symbols == SensorSymbolStyle.Letters ? MostLetters : MostReserved;
        var names = Channels.IsDefault ? [] : Channels;
        OptionChecks.Throw(
            nameof(SensorBinOptions),
            (names.Length > 0, "there are no channels"),
            (names.Distinct(StringComparer.Ordinal).Count() == names.Length, "two channels have the same name"),
            (!names.Any(name => string.IsNullOrWhiteSpace(name) || name.Contains('\n')), "a channel's name is empty or has two lines"),
            (!HasSampleCounts || Counts.Length == names.Length,
                $"{nameof(SampleCounts)} has {Counts.Length} numbers for {names.Length} channels"),
            (!HasSampleCounts || !Counts.ContainsAnyInRange(int.MinValue, 0),
                $"{nameof(SampleCounts)} has a number below 1"),
            (BinCount >= 2 && BinCount <= most, $"{nameof(BinCount)} is {BinCount}; 2 to {most} are expected with {Symbols}"),
            (Enum.IsDefined(Kind), $"{nameof(Kind)} is {Kind}; Uniform or Quantile is expected"),
            (Enum.IsDefined(Form), $"{nameof(Form)} is {Form}; Values, Deltas or RunLengths is expected"),
            (Enum.IsDefined(Symbols), $"{nameof(Symbols)} is {Symbols}; Letters or Reserved is expected"),
            (QuantileSampleCount >= 1, $"{nameof(QuantileSampleCount)} is {QuantileSampleCount}; at least 1 is expected"));
    }

    /// <summary>Gets whether channels have numbers of samples of their own.</summary>
    internal bool HasSampleCounts => SampleCounts is { IsDefaultOrEmpty: false };

    private ReadOnlySpan<int> Counts => SampleCounts.GetValueOrDefault().AsSpan();

    /// <summary>Returns where a channel's samples stand in a window: the first, where they end, and from one to the next.</summary>
    internal (int First, int End, int Step) Samples(int channel, int length)
    {
        if (!HasSampleCounts)
            return (channel, length, Channels.Length);
        var first = Counts[..channel].ToArray().Sum();
        return (first, first + Counts[channel], 1);
    }

    /// <summary>Returns what is wrong with a window of so many values; null where nothing is.</summary>
    internal string? ProblemOf(int length) =>
        !HasSampleCounts
            ? length % Channels.Length == 0 ? null : $"{length} values, which is no multiple of its {Channels.Length} channels"
            : length == Counts.ToArray().Sum() ? null
            : $"{length} values; {Counts.ToArray().Sum()} are expected, as its channels have "
                + $"{string.Join(", ", SampleCounts!.Value)} samples";

    internal void CheckLength(int length)
    {
        if (ProblemOf(length) is { } problem)
            throw new ArgumentException($"The window has {problem}.", "window");
    }

    /// <summary>Compares contents.</summary>
    public bool Equals(SensorBinOptions? other) =>
        other is not null && Channels.AsSpan().SequenceEqual(other.Channels.AsSpan())
        && Counts.SequenceEqual(other.Counts)
        && (BinCount, Kind, Form, Symbols, QuantileSampleCount, Seed) == (
            other.BinCount, other.Kind, other.Form, other.Symbols, other.QuantileSampleCount, other.Seed);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Channels.Length, BinCount, Kind, Form, Symbols);
}
