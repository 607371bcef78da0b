namespace TinyLlm.Trainers.Engine;

/// <summary>The registers that kernels use.</summary>
internal enum VectorWidth
{
    /// <summary>128 bits: NEON, or SSE.</summary>
    Bits128 = 128,

    /// <summary>256 bits: AVX2.</summary>
    Bits256 = 256,

    /// <summary>512 bits: AVX-512.</summary>
    Bits512 = 512,
}
