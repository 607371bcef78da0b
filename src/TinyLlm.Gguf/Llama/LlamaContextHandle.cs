using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>
/// Owns a native context, and holds the model and the threads that it computes with: they are freed after it,
/// whatever the order of disposal.
/// </summary>
internal sealed class LlamaContextHandle : SafeHandle
{
    private readonly SafeHandle[] _held;

    public LlamaContextHandle(nint handle, LlamaModelHandle model, LlamaThreadPoolHandle? threads = null)
        : base(0, ownsHandle: true)
    {
        _held = [];
        if (handle == 0)
            return; // such a handle is never released, nor would be what it held
        var held = new Stack<SafeHandle>();
        try
        {
            foreach (var one in threads is null ? [(SafeHandle)model] : new SafeHandle[] { model, threads })
            {
                var added = false;
                one.DangerousAddRef(ref added);
                held.Push(one);
            }
        }
        catch
        {
            LlamaNative.ContextFree(handle);
            foreach (var one in held)
                one.DangerousRelease();
            throw;
        }

        _held = [.. held];
        SetHandle(handle);
        if (threads is not null)
            LlamaNative.AttachThreadPool(this, threads, threads);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LlamaNative.ContextFree(handle);
        foreach (var held in _held)
            held.DangerousRelease();
        return true;
    }
}
