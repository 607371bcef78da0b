using TinyLlm.Trainers.Networks;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Data;

/// <summary>Token shards cut into windows of T tokens that follow each other; each window also knows the token after its last.</summary>
/// <remarks>
/// No window crosses from one shard into the next. The cut can be shifted, so that each epoch sees other borders; windows never overlap but
/// for the one token that ends one as a target and begins the next as an input.
/// </remarks>
internal sealed class TokenWindows : ValidationRows
{
    private readonly TokenShardReader[] _shards;
    private readonly long[] _ends;
    private readonly long[] _shifts;
    private readonly int[] _window;
    private readonly int? _documentSeparator;

    /// <summary>Cuts shards, which stay the caller's.</summary>
    /// <param name="shards">The shards, in order.</param>
    /// <param name="vocabularySize">The number of tokens that the network knows; every token of the shards is checked, once.</param>
    /// <param name="length">T.</param>
    /// <param name="documentSeparator">
    /// The token that opens each document, for documents that must not see each other; null lets attention cross their borders.
    /// </param>
    /// <param name="isShifted">Whether <see cref="Shift"/> will move the cut; that costs up to two windows of each shard.</param>
    /// <exception cref="ArgumentException">A shard has too few tokens for one window.</exception>
    /// <exception cref="FormatException">A token is not in the vocabulary.</exception>
    public TokenWindows(
        IReadOnlyList<TokenShardReader> shards, int vocabularySize, int length, int? documentSeparator = null, bool isShifted = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (shards.Count == 0)
            throw new ArgumentException("No shard was given; at least one is expected.", nameof(shards));
        (_shards, Length, _documentSeparator) = ([.. shards], length, documentSeparator);
        (_ends, _shifts, _window) = (new long[shards.Count], new long[shards.Count], new int[length + 1]);
        for (var i = 0; i < _shards.Length; i++)
        {
            _shards[i].Check(vocabularySize);
            var windows = (_shards[i].Count - 1) / length;
            if (windows < 1)
            {
                throw new ArgumentException(
                    $"'{_shards[i].Path}' has {_shards[i].Count:N0} tokens; a window takes {length + 1:N0}. "
                    + "Use shorter sequences or larger shards.",
                    nameof(shards));
            }

            _ends[i] = (i == 0 ? 0 : _ends[i - 1]) + (isShifted && windows > 1 ? windows - 1 : windows);
        }
    }

    /// <summary>Gets T.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public override long Count => _ends[^1];

    /// <summary>Moves the cut in each shard to a place that the seed decides.</summary>
    public void Shift(ulong seed)
    {
        for (var i = 0; i < _shards.Length; i++)
        {
            var slack = _shards[i].Count - 1 - (WindowsOf(i) * Length);
            _shifts[i] = Mixing.Below(Mixing.Derive(seed, (ulong)i), Math.Min(slack, Length - 1) + 1);
        }
    }

    /// <inheritdoc/>
    public override void Read(long index, TokenBatch batch, int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(batch.Length, Length, nameof(batch));
        var place = Array.BinarySearch(_ends, index + 1);
        var shard = place < 0 ? ~place : place;
        var first = _ends[shard] - WindowsOf(shard);
        _shards[shard].Read(_shifts[shard] + ((index - first) * Length), _window);

        var start = row * Length;
        _window.AsSpan(0, Length).CopyTo(batch.Inputs.AsSpan(start, Length));
        _window.AsSpan(1, Length).CopyTo(batch.Targets.AsSpan(start, Length));
        var documents = batch.DocumentStarts.AsSpan(start, Length);
        var document = 0;
        for (var t = 0; t < Length; t++)
            documents[t] = document = _window[t] == _documentSeparator ? t : document;
    }

    /// <inheritdoc/>
    public override string Describe()
    {
        var separator = _documentSeparator is { } token ? $", documents apart at token {token}" : "";
        var shards = _shards.Select(shard => $"{shard.Count} tokens ({Sample(shard):x16})");
        return $"windows of {Length}{separator} in {string.Join(" + ", shards)}";
    }

    private long WindowsOf(int shard) => _ends[shard] - (shard == 0 ? 0 : _ends[shard - 1]);

    // A thousand tokens tell other data apart without reading all of it.
    private static ulong Sample(TokenShardReader shard)
    {
        Span<int> token = stackalloc int[1];
        var hash = 0UL;
        for (var i = 0L; i < 1000; i++)
        {
            shard.Read(i * (shard.Count - 1) / 999, token);
            hash = Mixing.Derive(hash, (ulong)token[0]);
        }

        return hash;
    }
}
