using System.Collections.Immutable;

namespace TinyLlm.Trainers;

/// <summary>The rows that a model was evaluated on, as the numbers that its texts were made of; a report draws some of them.</summary>
/// <param name="Channels">The names of the channels.</param>
/// <param name="Rows">
/// Each evaluated row, in their order: the samples of each channel. Channels may have different numbers of samples, at least one.
/// </param>
public sealed record EvaluatedWindows(ImmutableArray<string> Channels, ImmutableArray<float[][]> Rows)
{
    internal void Check(int rows)
    {
        if (Channels.IsDefaultOrEmpty || Rows.IsDefault || Rows.Length != rows)
            throw new ArgumentException(
                $"There are {(Rows.IsDefault ? 0 : Rows.Length)} windows of {(Channels.IsDefault ? 0 : Channels.Length)} channels for "
                + $"{rows} evaluated rows: give a window for each row.");
        for (var row = 0; row < rows; row++)
        {
            if (Rows[row].Length != Channels.Length || Rows[row].Any(samples => samples.Length == 0))
                throw new ArgumentException(
                    $"Window {row} has {Rows[row].Length} channels, or one without samples; {Channels.Length} channels are expected.");
        }
    }
}
