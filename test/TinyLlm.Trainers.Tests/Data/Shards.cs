using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Networks;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Data;

/// <summary>Token shards for tests, in a folder that goes with them.</summary>
internal sealed class Shards : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<TokenShardReader> _open = [];

    /// <summary>Writes and opens a shard.</summary>
    public TokenShardReader Add(params int[] tokens)
    {
        var path = _folder.PathOf($"{_open.Count}.bin");
        using (var writer = new TokenShardWriter(path, 50257))
        {
            writer.Write(tokens);
            writer.Complete();
        }

        _open.Add(TokenShardReader.Open(path));
        return _open[^1];
    }

    /// <summary>Adds a shard of the numbers from <paramref name="first"/> on.</summary>
    public TokenShardReader Count(int first, int count) => Add([.. Enumerable.Range(first, count)]);

    /// <summary>Draws rows, one batch of one row each.</summary>
    public static TokenBatch[] Draw(RowSource source, int rows, int length) => [.. Enumerable.Range(0, rows).Select(_ =>
    {
        var batch = new TokenBatch(1, length);
        source.Next(batch, 0);
        return batch;
    })];

    /// <summary>Reads all validation rows.</summary>
    public static TokenBatch[] ReadAll(ValidationRows rows, int length) => [.. Enumerable.Range(0, (int)rows.Count).Select(index =>
    {
        var batch = new TokenBatch(1, length);
        rows.Read(index, batch, 0);
        return batch;
    })];

    public void Dispose()
    {
        foreach (var shard in _open)
            shard.Dispose();
        _folder.Dispose();
    }
}
