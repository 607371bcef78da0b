using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>Owns a native context, and holds the model that it computes with: the model is freed after it, whatever the order of disposal.</summary>
internal sealed class LlamaContextHandle : SafeHandle
{
    private readonly LlamaModelHandle _model;

    public LlamaContextHandle(nint handle, LlamaModelHandle model)
        : base(0, ownsHandle: true)
    {
        var added = false;
        model.DangerousAddRef(ref added);
        _model = model;
        SetHandle(handle);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LlamaNative.ContextFree(handle);
        _model.DangerousRelease();
        return true;
    }
}
