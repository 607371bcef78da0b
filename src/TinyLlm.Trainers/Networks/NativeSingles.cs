using System.Buffers;

namespace TinyLlm.Trainers.Networks;

/// <summary>Native numbers as managed code likes them, without a copy. Whoever owns the memory must outlive it.</summary>
internal sealed unsafe class NativeSingles(float* values, int count) : MemoryManager<float>
{
    /// <summary>Shows a parameter's weights.</summary>
    public NativeSingles(Parameter parameter)
        : this(parameter.Weights, checked((int)parameter.Count))
    {
    }

    /// <inheritdoc/>
    public override Span<float> GetSpan() => new(values, count);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(values + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
