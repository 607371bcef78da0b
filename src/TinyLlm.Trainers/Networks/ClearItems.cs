using System.Collections.Immutable;
using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>Sets all gradients to zero. They stand one after the other in the arena.</summary>
internal sealed unsafe class ClearItems : WorkItems
{
    private const long BytesPerItem = 1 << 20;

    private readonly WorkerPool _pool;
    private readonly byte* _start;
    private readonly long _bytes;

    public ClearItems(WorkerPool pool, ImmutableArray<Parameter> parameters)
    {
        _pool = pool;
        var trainable = parameters.Where(parameter => parameter.IsTrainable).ToArray();
        if (trainable.Length == 0)
            return;
        _start = (byte*)trainable[0].Gradients;
        _bytes = (byte*)(trainable[^1].Gradients + trainable[^1].Count) - _start;
    }

    public void Run() => _pool.Run(this, (int)((_bytes + BytesPerItem - 1) / BytesPerItem));

    /// <inheritdoc/>
    public override void Execute(int item, int worker)
    {
        var first = item * BytesPerItem;
        new Span<byte>(_start + first, (int)Math.Min(BytesPerItem, _bytes - first)).Clear();
    }
}
