using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary><c>struct llama_token_data</c> of llama.h v0.4.0; 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlamaCandidate
{
    public int Token;
    public float Logit;
    public float Probability;
}
