using System.Buffers;

namespace TinyLlm.Trainers.Networks;

/// <summary>A parameter's weights as managed code likes them, without a copy. The network must outlive it.</summary>
internal sealed unsafe class NativeSingles(Parameter parameter) : MemoryManager<float>
{
    /// <inheritdoc/>
    public override Span<float> GetSpan() => parameter.Values;

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(parameter.Weights + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
