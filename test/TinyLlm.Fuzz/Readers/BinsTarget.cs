using System.Text;
using TinyLlm.Fuzz.Mutations;
using TinyLlm.Transforms;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Bins of sensor values as JSON.</summary>
internal sealed class BinsTarget : FuzzTarget
{
    private byte[] _valid = [];

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        float[] window = [.. Enumerable.Range(0, 64).Select(i => (float)Math.Sin(i))];
        var bins = SensorBins.Fit([window], new SensorBinOptions { Channels = ["a", "b"] });
        _valid = Encoding.UTF8.GetBytes(bins.ToJson());
    }

    public override void Run(Random random, Action<string> tell)
    {
        var json = Encoding.UTF8.GetString(JsonMutator.Mutate(random, _valid, out var what));
        tell(what);
        _ = SensorBins.FromJson(json).ToJson();
    }

    public override bool IsDocumented(Exception exception) => exception is FormatException;
}
