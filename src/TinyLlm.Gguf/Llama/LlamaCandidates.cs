using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary><c>struct llama_token_data_array</c> of llama.h v0.4.0; 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaCandidates
{
    public LlamaCandidate* Items;
    public nuint Count;

    /// <summary>The index of the one that was chosen, or -1.</summary>
    public long Selected;
    public byte IsSorted;
}
