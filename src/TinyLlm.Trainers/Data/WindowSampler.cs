using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Data;

/// <summary>Shuffled windows: each once per epoch, in an order and with a cut that hang on the seed and the epoch.</summary>
internal sealed class WindowSampler : RowSource
{
    private readonly TokenWindows _windows;
    private readonly ulong _seed;
    private Permutation _order;
    private long _drawn;

    /// <summary>Draws from windows, which it alone may shift from now on.</summary>
    public WindowSampler(TokenWindows windows, ulong seed)
    {
        (_windows, _seed) = (windows, seed);
        Begin(epoch: 0);
    }

    /// <inheritdoc/>
    public override int StateLength => 1;

    /// <inheritdoc/>
    public override void Next(TokenBatch batch, int row)
    {
        if (_drawn > 0 && _drawn % _windows.Count == 0)
            Begin(_drawn / _windows.Count);
        _windows.Read(_order[_drawn % _windows.Count], batch, row);
        _drawn++;
    }

    /// <inheritdoc/>
    public override long CountRows(int epochs) => checked(epochs * _windows.Count);

    /// <inheritdoc/>
    public override void SaveState(Span<long> state) => state[0] = _drawn;

    /// <inheritdoc/>
    public override void RestoreState(ReadOnlySpan<long> state)
    {
        _drawn = state[0];
        Begin(_drawn / _windows.Count);
    }

    /// <inheritdoc/>
    public override string Describe() => $"{_windows.Describe()}, shuffled by {_seed}";

    private void Begin(long epoch)
    {
        var seed = Mixing.Derive(_seed, (ulong)epoch);
        _windows.Shift(seed);
        _order = new Permutation(_windows.Count, seed);
    }
}
