using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>
/// Owns threads that compute, each on a processor of its own. The thread that creates it is the first of them, and stays pinned.
/// </summary>
internal sealed unsafe class LlamaThreadPoolHandle : SafeHandle
{
    private LlamaThreadPoolHandle(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    /// <summary>Makes a thread for each of the processors, this thread counted.</summary>
    /// <exception cref="InvalidOperationException">llama.cpp could not make them.</exception>
    public static LlamaThreadPoolHandle Create(IReadOnlyList<int> processors)
    {
        LlamaThreadPoolParameters parameters;
        LlamaNative.ThreadPoolInit(&parameters, processors.Count);
        foreach (var processor in processors)
            parameters.Processors[processor] = 1;
        parameters.IsStrict = 1;
        var create = (delegate* unmanaged[Cdecl]<LlamaThreadPoolParameters*, nint>)Function("ggml_threadpool_new");
        var pool = new LlamaThreadPoolHandle(create(&parameters));
        return !pool.IsInvalid ? pool : throw new InvalidOperationException($"llama.cpp could not make {processors.Count} threads.");
    }

    protected override bool ReleaseHandle()
    {
        ((delegate* unmanaged[Cdecl]<nint, void>)Function("ggml_threadpool_free"))(handle);
        return true;
    }

    // The CPU backend has them, which is chosen at run time: it is asked by name.
    private static nint Function(string name)
    {
        for (nuint i = 0; i < LlamaNative.BackendCount(); i++)
        {
            if (LlamaNative.BackendFunction(LlamaNative.Backend(i), name) is not 0 and var function)
                return function;
        }

        throw new NotSupportedException($"None of llama.cpp's backends has {name}.");
    }
}
