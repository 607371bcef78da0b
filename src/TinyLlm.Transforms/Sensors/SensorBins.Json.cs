using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TinyLlm.Transforms;

public sealed partial class SensorBins
{
    private const int FormatVersion = 1;

    /// <summary>Returns the bins as JSON, from which <see cref="FromJson"/> makes equal ones.</summary>
    public string ToJson()
    {
        var channels = _bins.Select(bins => new Channel(bins.Minimum, bins.Maximum, [.. bins.Edges]));
        return JsonSerializer.Serialize(new Document(FormatVersion, Options, [.. channels]), SavedBins.Default.Document);
    }

    /// <summary>Makes bins of JSON.</summary>
    /// <exception cref="FormatException">The JSON does not describe bins.</exception>
    public static SensorBins FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var document = SavedJson.Read(json, SavedBins.Default.Document) ?? throw new FormatException("The bins are null.");
            if (document.Version != FormatVersion)
                throw new FormatException($"The bins are of version {document.Version}, and {FormatVersion} is expected: fit them anew.");
            document.Options.Validate();
            var bins = document.Bins.Select(Check).ToImmutableArray();
            return bins.Length == document.Options.Channels.Length
                ? new SensorBins(document.Options, bins)
                : throw new FormatException($"There are bins of {bins.Length} channels, and {document.Options.Channels.Length} are named.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NullReferenceException)
        {
            throw new FormatException($"This is not a description of sensor bins: {e.Message}", e);
        }
    }

    private static ChannelBins Check(Channel channel, int index)
    {
        float[] all = [channel.Minimum, .. channel.Edges, channel.Maximum];
        var rises = Enumerable.Range(1, all.Length - 1).All(i => i == all.Length - 1 ? all[i] >= all[i - 1] : all[i] > all[i - 1]);
        return rises && all.All(float.IsFinite)
            ? new ChannelBins(channel.Minimum, channel.Maximum, [.. channel.Edges])
            : throw new FormatException($"The edges of the bins of channel {index} do not rise from its minimum to its maximum.");
    }

    internal sealed record Document(int Version, SensorBinOptions Options, Channel[] Bins);

    internal sealed record Channel(float Minimum, float Maximum, float[] Edges);

    [JsonSourceGenerationOptions(RespectRequiredConstructorParameters = true, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Document))]
    private sealed partial class SavedBins : JsonSerializerContext;
}
