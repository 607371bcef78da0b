using System.Buffers;

namespace TinyLlm.Trainers.Training;

/// <summary>Native memory seen as bytes, for code that takes <see cref="Memory{T}"/>. Whoever owns the memory keeps it alive.</summary>
internal sealed unsafe class NativeBytes(void* start, int count) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => new(start, count);

    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
