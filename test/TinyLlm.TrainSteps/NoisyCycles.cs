using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.TrainSteps;

/// <summary>Rows of tokens that count in steps of a row's own, with a random token now and then: something that can be learned.</summary>
internal sealed class NoisyCycles(int tokens, int seed) : RowSource
{
    private long _row;

    /// <inheritdoc/>
    public override int StateLength => 1;

    /// <inheritdoc/>
    public override void Next(TokenBatch batch, int row)
    {
        var random = new Random(HashOf(seed, _row++));
        var (token, step) = (random.Next(tokens), random.Next(1, 4));
        for (var i = 0; i < batch.Length; i++)
        {
            batch.Inputs[(row * batch.Length) + i] = token;
            token = random.Next(8) == 0 ? random.Next(tokens) : (token + step) % tokens;
            batch.Targets[(row * batch.Length) + i] = token;
        }
    }

    /// <inheritdoc/>
    public override long CountRows(int epochs) => throw new InvalidOperationException("The rows never end: say how many steps.");

    /// <inheritdoc/>
    public override void SaveState(Span<long> state) => state[0] = _row;

    /// <inheritdoc/>
    public override void RestoreState(ReadOnlySpan<long> state) => _row = state[0];

    /// <inheritdoc/>
    public override string Describe() => $"cycles of {tokens} tokens, seed {seed}";

    // The same in every process, which HashCode is not.
    private static int HashOf(int seed, long row) => unchecked((seed * 486187739) + (int)row);
}
