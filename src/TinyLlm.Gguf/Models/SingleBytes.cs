using System.Buffers;
using System.Runtime.InteropServices;

namespace TinyLlm.Gguf;

/// <summary>32-bit numbers seen as their bytes.</summary>
internal sealed class SingleBytes(Memory<float> values) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(values.Span);

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        var handle = values.Pin();
        // The handle of the numbers is released with ours: it holds the array in place.
        return new MemoryHandle((byte*)handle.Pointer + elementIndex, pinnable: new Release(handle));
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Release(MemoryHandle handle) : IPinnable
    {
        public MemoryHandle Pin(int elementIndex) => throw new NotSupportedException();

        public void Unpin() => handle.Dispose();
    }
}
