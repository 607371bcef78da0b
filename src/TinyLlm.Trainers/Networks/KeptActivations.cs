using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>What one block's backward pass reads again, in BF16 until then, where all blocks compute in the same 32-bit memory.</summary>
internal sealed unsafe class KeptActivations : RowItems
{
    private readonly WorkerPool _pool;
    private readonly Activation[] _exact, _rounded;
    private readonly Matrix[] _exactCopies, _roundedCopies;
    private readonly BatchShape _shape;
    private bool _restores;

    /// <summary>Takes the memory.</summary>
    /// <param name="pool">The workers.</param>
    /// <param name="arena">Where the copies live.</param>
    /// <param name="shape">The rows of the present batch.</param>
    /// <param name="exact">A few numbers of each row, which are kept as they are.</param>
    /// <param name="rounded">What is rounded.</param>
    public KeptActivations(WorkerPool pool, Arena arena, BatchShape shape, Activation[] exact, Activation[] rounded)
        : base(rowsPerItem: 16)
    {
        (_pool, _shape, _exact, _rounded) = (pool, shape, exact, rounded);
        _exactCopies = [.. exact.Select(activation => arena.Take(activation.Memory.Rows, activation.Memory.Columns))];
        _roundedCopies = [.. rounded.Select(activation => arena.TakeBFloat16(activation.Memory.Rows, activation.Memory.Columns))];
    }

    /// <summary>Rounds what the forward pass has made.</summary>
    public void Keep() => Run(restores: false);

    /// <summary>Widens what was kept, for the backward pass.</summary>
    public void Restore() => Run(restores: true);

    /// <inheritdoc/>
    protected override void Execute(int item, int first, int end)
    {
        for (var i = 0; i < _exact.Length; i++)
        {
            var (memory, copy) = (_exact[i].Memory, _exactCopies[i]);
            var (from, to) = _restores ? (copy, memory) : (memory, copy);
            var count = (end - first) * copy.Columns;
            new ReadOnlySpan<float>(from.At(first, 0), count).CopyTo(new Span<float>(to.At(first, 0), count));
        }

        for (var i = 0; i < _rounded.Length; i++)
        {
            var (memory, copy) = (_rounded[i].Memory, _roundedCopies[i]);
            var count = (end - first) * copy.Columns;
            if (_restores)
                BFloat16Rows.Widen(copy.HalfAt(first, 0), memory.At(first, 0), count);
            else
                BFloat16Rows.Round(memory.At(first, 0), copy.HalfAt(first, 0), count);
        }
    }

    private void Run(bool restores)
    {
        _restores = restores;
        Run(_pool, _shape.Rows);
    }
}
