namespace TinyLlm.Gguf;

/// <summary>What a quantization did to one tensor.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Source">Its type before.</param>
/// <param name="Asked">
/// The type that the options ask for it. llama.cpp gives some matrices a better one, and others another because
/// their rows are no multiple of the block.
/// </param>
/// <param name="Given">Its type now.</param>
/// <param name="RelativeError">The root mean square of the differences, as a share of that of the values before.</param>
public sealed record TensorQuantization(
    string Name, GgufTensorType Source, GgufTensorType Asked, GgufTensorType Given, double RelativeError);
