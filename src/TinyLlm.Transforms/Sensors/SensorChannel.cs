namespace TinyLlm.Transforms;

/// <summary>What a channel of a window is called and how its values are written.</summary>
/// <param name="Name">The name, without braces, colons and dots.</param>
/// <param name="Unit">The unit of its values; empty where it has none.</param>
/// <param name="Decimals">The digits behind the point, 0 to 9.</param>
public sealed record SensorChannel(string Name, string Unit = "", int Decimals = 2)
{
    /// <summary>Returns what is wrong with the channels, one sentence each.</summary>
    internal static IEnumerable<string> Problems(IReadOnlyCollection<SensorChannel> channels)
    {
        if (channels.Count == 0)
            yield return "there are no channels";
        foreach (var channel in channels)
        {
            if (channel.Name.Length == 0 || channel.Name.AsSpan().IndexOfAny("{}:.") >= 0)
                yield return $"the channel name '{channel.Name}' is empty or has one of {{}}:.";
            if (channel.Decimals is < 0 or > 9)
                yield return $"the channel '{channel.Name}' has {channel.Decimals} decimals; 0 to 9 are expected";
        }

        foreach (var twice in channels.GroupBy(channel => channel.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return $"the channel name '{twice.Key}' is given {twice.Count()} times";
    }
}
