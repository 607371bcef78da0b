using System.Runtime.InteropServices;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Llama;

/// <summary>The structures' sizes and offsets, from compiling llama.h v0.4.0 with gcc for x64 and ARM64 (both give the same).</summary>
[TestClass]
public sealed class AbiTests
{
    [TestMethod]
    public void ModelParameters_Layout_IsTheHeaders() => AssertLayout<LlamaModelParameters>(
        80, ("GpuLayers", 16), ("SplitMode", 20), ("LoadMode", 24), ("LazyMode", 28), ("MainGpu", 32), ("TensorSplit", 40),
        ("Progress", 48), ("MetadataOverrides", 64),
        ("VocabularyOnly", 72), ("CheckTensors", 73), ("UseExtraBuffers", 74), ("NoHost", 75), ("NoAllocation", 76), ("LoadMtp", 77));

    [TestMethod]
    public void ContextParameters_Layout_IsTheHeaders() => AssertLayout<LlamaContextParameters>(
        160, ("ContextLength", 0), ("BatchSize", 4), ("MicroBatchSize", 8), ("MaximumSequences", 12),
        ("Threads", 28), ("BatchThreads", 32), ("ContextType", 36),
        ("Pooling", 44), ("FlashAttention", 52), ("RopeBase", 56), ("DefragmentationThreshold", 84),
        ("EvaluationCallback", 88), ("KeyType", 104), ("ValueType", 108),
        ("Abort", 112), ("AbortUserData", 120), ("Embeddings", 128), ("NoPerformance", 130), ("FullSlidingWindow", 132),
        ("UnifiedCache", 133), ("Samplers", 136),
        ("SamplerCount", 144), ("OtherContext", 152));

    [TestMethod]
    public void QuantizeParameters_Layout_IsTheHeaders() => AssertLayout<LlamaQuantizeParameters>(
        64, ("Threads", 0), ("FileType", 4), ("OutputTensorType", 8), ("TokenEmbeddingType", 12),
        ("AllowRequantize", 16), ("Pure", 19), ("DryRun", 21),
        ("ImportanceMatrix", 24), ("MetadataOverrides", 32), ("TensorOverrides", 40), ("PruneLayers", 48), ("MaximumBufferSize", 56));

    [TestMethod]
    public void Batch_Layout_IsTheHeaders() => AssertLayout<LlamaBatch>(
        56, ("TokenCount", 0), ("Tokens", 8), ("Embeddings", 16), ("Positions", 24),
        ("SequenceCounts", 32), ("Sequences", 40), ("Outputs", 48));

    [TestMethod]
    public void Tensor_Layout_IsTheHeaders() => AssertLayout<GgmlTensor>(
        336, ("Type", 0), ("Columns", 16), ("RowBytes", 56), ("Operation", 80),
        ("Weight", 152), ("Input", 160), ("Data", 248), ("Name", 256));

    [TestMethod]
    public void ThreadPoolParameters_Layout_IsTheHeaders() => AssertLayout<LlamaThreadPoolParameters>(
        528, ("Processors", 0), ("Threads", 512), ("Priority", 516), ("Polling", 520), ("IsStrict", 524), ("IsPaused", 525));

    [TestMethod]
    public void EnsureStarted_PinnedRelease_Starts() => StringAssert.StartsWith(LlamaRuntime.EnsureStarted(), "0.4.");

    private static void AssertLayout<T>(int size, params (string Field, int Offset)[] offsets)
        where T : struct
    {
        Assert.AreEqual(size, Marshal.SizeOf<T>());
        foreach (var (field, offset) in offsets)
            Assert.AreEqual(offset, (int)Marshal.OffsetOf<T>(field), field);
    }
}
