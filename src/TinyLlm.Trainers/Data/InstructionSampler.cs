using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Data;

/// <summary>Shuffled instruction examples: each once per epoch, packed anew in each.</summary>
internal sealed class InstructionSampler : RowSource
{
    private readonly PackedExamples _examples;
    private readonly ulong _seed;
    private long _epoch;
    private long _row;

    /// <summary>Draws from examples, which it alone may pack from now on.</summary>
    public InstructionSampler(PackedExamples examples, ulong seed)
    {
        (_examples, _seed) = (examples, seed);
        Begin(epoch: 0);
    }

    /// <inheritdoc/>
    public override int StateLength => 2;

    /// <inheritdoc/>
    public override void Next(TokenBatch batch, int row)
    {
        if (_row == _examples.Count)
            Begin(_epoch + 1);
        _examples.Read(_row, batch, row);
        _row++;
    }

    /// <inheritdoc/>
    public override long CountRows(int epochs)
    {
        var (epoch, row) = (_epoch, _row);
        long rows = 0;
        for (var i = 0; i < epochs; i++)
        {
            Begin(i);
            rows += _examples.Count;
        }

        RestoreState([epoch, row]);
        return rows;
    }

    /// <inheritdoc/>
    public override void SaveState(Span<long> state) => (state[0], state[1]) = (_epoch, _row);

    /// <inheritdoc/>
    public override void RestoreState(ReadOnlySpan<long> state)
    {
        Begin(state[0]);
        _row = state[1];
    }

    /// <inheritdoc/>
    public override string Describe() => $"{_examples.Describe()}, shuffled by {_seed}";

    private void Begin(long epoch)
    {
        (_epoch, _row) = (epoch, 0);
        _examples.Pack(Mixing.Derive(_seed, (ulong)epoch));
    }
}
