using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary><c>struct llama_context_params</c> of llama.h v0.4.0; 160 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaContextParameters
{
    public uint ContextLength;
    public uint BatchSize;
    public uint MicroBatchSize;
    public uint MaximumSequences;
    public uint RecurrentSnapshots;
    public uint MaximumOutputs;
    public uint MaximumOutputsPerSequence;
    public int Threads;
    public int BatchThreads;
    public int ContextType;
    public int RopeScaling;
    public int Pooling;
    public int Attention;
    public int FlashAttention;
    public float RopeBase;
    public float RopeScale;
    public float YarnExtension;
    public float YarnAttention;
    public float YarnBetaFast;
    public float YarnBetaSlow;
    public uint YarnOriginalContext;
    public float DefragmentationThreshold;
    public void* EvaluationCallback;
    public void* EvaluationUserData;
    public int KeyType;
    public int ValueType;
    public delegate* unmanaged[Cdecl]<void*, byte> Abort;
    public void* AbortUserData;
    public byte Embeddings;
    public byte OffloadKeysAndValues;
    public byte NoPerformance;
    public byte OffloadOperations;
    public byte FullSlidingWindow;
    public byte UnifiedCache;
    public void* Samplers;
    public nuint SamplerCount;
    public void* OtherContext;
}
