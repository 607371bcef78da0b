using System.Globalization;

namespace TinyLlm.Fuzz;

/// <summary>What a case came to: one line from a worker to its supervisor.</summary>
/// <param name="Case">Its number.</param>
/// <param name="Kind">Accepted, refused as documented, or failed.</param>
/// <param name="Milliseconds">The time that it took.</param>
/// <param name="Megabytes">The most that the process held meanwhile.</param>
/// <param name="Text">The exception's type, or where it is undocumented all of it in one line.</param>
internal sealed record Outcome(int Case, OutcomeKind Kind, long Milliseconds, long Megabytes, string Text)
{
    public const string Prefix = "=";

    public override string ToString() =>
        string.Join('\t', Prefix, Case, Kind, Milliseconds, Megabytes, Text.ReplaceLineEndings(" ").Replace('\t', ' '));

    public static Outcome Parse(string line)
    {
        var parts = line.Split('\t');
        return new Outcome(
            int.Parse(parts[1], CultureInfo.InvariantCulture), Enum.Parse<OutcomeKind>(parts[2]),
            long.Parse(parts[3], CultureInfo.InvariantCulture), long.Parse(parts[4], CultureInfo.InvariantCulture), parts[5]);
    }
}
