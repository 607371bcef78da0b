using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary><c>struct ggml_threadpool_params</c> of ggml.h in llama.cpp v0.4.0; 528 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaThreadPoolParameters
{
    /// <summary>How many processors the mask has room for.</summary>
    public const int MaximumProcessors = 512;

    /// <summary>For each processor whether threads may run on it.</summary>
    public fixed byte Processors[MaximumProcessors];
    public int Threads;
    public int Priority;
    public uint Polling;

    /// <summary>Whether each thread has a processor of its own.</summary>
    public byte IsStrict;
    public byte IsPaused;
}
