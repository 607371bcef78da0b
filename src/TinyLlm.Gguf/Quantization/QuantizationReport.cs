using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>What a quantization did.</summary>
/// <param name="SourceBytes">The bytes of the source file.</param>
/// <param name="DestinationBytes">The bytes of the file that was written.</param>
/// <param name="Tensors">Every tensor, in the order of the file.</param>
public sealed record QuantizationReport(long SourceBytes, long DestinationBytes, ImmutableArray<TensorQuantization> Tensors);
