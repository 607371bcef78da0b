using System.Collections.Immutable;
using System.Globalization;

namespace TinyLlm.Transforms;

/// <summary>The texts of symbols in both styles.</summary>
internal static class SensorSymbols
{
    /// <summary>The longest run that a reserved symbol tells; a longer one is written as several.</summary>
    public const int LongestRun = 64;

    /// <summary>Returns the symbol of a level.</summary>
    public static string Level(SensorSymbolStyle style, int channel, int level, int count)
    {
        var name = level == ChannelBins.Missing ? "?" : level < 0 ? "<" : level == count ? ">"
            : style == SensorSymbolStyle.Letters ? ((char)('a' + level)).ToString()
            : level.ToString(CultureInfo.InvariantCulture);
        return style == SensorSymbolStyle.Letters ? name : $"<{channel}.{name switch { "<" => "-", ">" => "+", _ => name }}>";
    }

    /// <summary>Returns the symbol of a step by some levels: capital letters go up, small ones down.</summary>
    public static string Step(SensorSymbolStyle style, int channel, int step)
    {
        if (style == SensorSymbolStyle.Reserved)
            return step == 0 ? $"<{channel}.=>" : string.Create(CultureInfo.InvariantCulture, $"<{channel}.{(step > 0 ? "+" : "")}{step}>");
        return step == 0 ? "=" : ((char)((step > 0 ? 'A' : 'a') + Math.Abs(step) - 1)).ToString();
    }

    /// <summary>Returns what stands behind a symbol that is there so many times, twice or more.</summary>
    public static string Run(SensorSymbolStyle style, int length) =>
        style == SensorSymbolStyle.Letters ? length.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"<x{length}>");

    /// <summary>Returns all symbols that a form can use.</summary>
    public static ImmutableArray<SensorSymbol> All(SensorBinOptions options, ImmutableArray<ChannelBins> bins)
    {
        var symbols = new List<SensorSymbol>();
        for (var channel = 0; channel < bins.Length; channel++)
        {
            var (of, name) = (bins[channel], options.Channels[channel]);
            Add(ChannelBins.Missing, "missing");
            Add(-1, Invariant($"below {of.Minimum}"));
            for (var level = 0; level < of.Count; level++)
            {
                var (from, to) = (level == 0 ? of.Minimum : of.Edges[level - 1], level < of.Edges.Length ? of.Edges[level] : of.Maximum);
                Add(level, level < of.Edges.Length ? Invariant($"{from} to under {to}") : Invariant($"{from} to {to}"));
            }

            Add(of.Count, Invariant($"above {of.Maximum}"));
            for (var step = -of.Count - 1; options.Form == SensorTextForm.Deltas && step <= of.Count + 1; step++)
                symbols.Add(
                    new(Step(options.Symbols, channel, step), name,
                    Invariant($"{Math.Abs(step)} bins {(step < 0 ? "below" : "above")} the value before")));

            void Add(int level, string meaning) => symbols.Add(new(Level(options.Symbols, channel, level, of.Count), name, meaning));
        }

        if (options.Form == SensorTextForm.RunLengths && options.Symbols == SensorSymbolStyle.Reserved)
            symbols.AddRange(
                Enumerable.Range(2, LongestRun - 1).Select(
                length => new SensorSymbol(Run(options.Symbols, length), null, Invariant($"the symbol before {length} times"))));
        return [.. symbols];
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
