using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>Owns a native LoRA adapter, and holds the model that it belongs to.</summary>
internal sealed class LlamaAdapterHandle : SafeHandle
{
    private readonly LlamaModelHandle _model;

    private LlamaAdapterHandle(nint handle, LlamaModelHandle model)
        : base(0, ownsHandle: true)
    {
        var added = false;
        model.DangerousAddRef(ref added);
        _model = model;
        SetHandle(handle);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Loads an adapter for a model, once it is checked.</summary>
    /// <exception cref="GgufFormatException">The file is no LoRA adapter.</exception>
    /// <exception cref="InvalidOperationException">It does not fit the model; the message is llama.cpp's own.</exception>
    public static LlamaAdapterHandle Load(LlamaModel model, string path)
    {
        using (var file = GgufFile.Open(path))
            NativeAdapterCheck.Check(file, path, model.Description);
        LlamaLog.ForgetErrors();
        var adapter = LlamaNative.AdapterLoad(model.Handle, path);
        return adapter != 0
            ? new LlamaAdapterHandle(adapter, model.Handle)
            : throw new InvalidOperationException(
                $"'{path}' is no LoRA adapter for this model: {LlamaLog.LastError ?? "llama.cpp gave no reason"}");
    }

    /// <summary>Says what a folder in place of an adapter may be.</summary>
    /// <exception cref="ArgumentException">The path is a folder.</exception>
    public static void ThrowIfFolder(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ArgumentException(
                $"'{path}' is a folder, and llama.cpp loads adapters from GGUF files: LoraAdapter of TinyLlm.Trainers reads one of PEFT "
                + "and saves it as GGUF.", nameof(path));
        }
    }

    protected override bool ReleaseHandle()
    {
        LlamaNative.AdapterFree(handle);
        _model.DangerousRelease();
        return true;
    }
}
