using TinyLlm.Fuzz.Mutations;
using TinyLlm.Transforms;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Token shards.</summary>
internal sealed class ShardTarget : FuzzTarget
{
    private byte[] _valid = [];

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        using (var writer = new TokenShardWriter(PathOf("base.bin"), 300))
        {
            writer.Write([.. Enumerable.Range(0, 299)]);
            writer.Complete();
        }

        _valid = File.ReadAllBytes(PathOf("base.bin"));
    }

    public override void Run(Random random, Action<string> tell)
    {
        File.WriteAllBytes(PathOf("shard.bin"), Interesting.Bytes(random, _valid, 16, out var what));
        tell(what);
        using var reader = TokenShardReader.Open(PathOf("shard.bin"));
        var tokens = new int[(int)Math.Min(reader.Count, 1000)];
        reader.Read(reader.Count - tokens.Length, tokens);
    }

    public override bool IsDocumented(Exception exception) => exception is FormatException;
}
