using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary><c>struct llama_model_quantize_params</c> of llama.h v0.4.0; 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaQuantizeParameters
{
    public int Threads;
    public int FileType;
    public int OutputTensorType;
    public int TokenEmbeddingType;
    public byte AllowRequantize;
    public byte QuantizeOutput;
    public byte OnlyCopy;
    public byte Pure;
    public byte KeepSplit;
    public byte DryRun;
    public void* ImportanceMatrix;
    public void* MetadataOverrides;
    public void* TensorOverrides;
    public int* PruneLayers;
    public nuint MaximumBufferSize;
}
