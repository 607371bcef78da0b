namespace TinyLlm.Gguf;

/// <summary>How far a quantization is.</summary>
/// <param name="Tensor">The number of the tensor in progress, from 1.</param>
/// <param name="TensorCount">The number of tensors.</param>
public sealed record QuantizationProgress(int Tensor, int TensorCount);
