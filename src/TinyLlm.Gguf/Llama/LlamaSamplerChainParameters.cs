using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary><c>struct llama_sampler_chain_params</c> of llama.h v0.4.0; 1 byte.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlamaSamplerChainParameters
{
    public byte NoPerformance;
}
