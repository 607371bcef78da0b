namespace TinyLlm.Gguf.Llama;

/// <summary>
/// Compares a file's tensors with those that llama.cpp will ask for: all there, none besides, in shapes and types it computes.
/// </summary>
internal static class NativeTensors
{
    /// <summary>Returns the fewest tensors of a block.</summary>
    public static int LeastOfLayer(string architecture) => architecture == "gpt2" ? 12 : 7; // with query, key and value in one

    public static void Check(GgufFile file, string architecture, NativeSizes sizes)
    {
        var left = file.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var (c, f) = ((long)sizes.EmbeddingLength, (long)sizes.FeedForwardLength);
        var (q, kv) = ((long)sizes.HeadCount * sizes.HeadSize, (long)sizes.KeyValueLength);
        var isGpt2 = architecture == "gpt2";
        var tokens = file.FindTensor(TensorLayout.TokenEmbedding)!.Shape[0];
        Matrix(TensorLayout.TokenEmbedding, tokens, c);                         // [V, C]
        if (isGpt2)
            Matrix(TensorLayout.PositionEmbedding, sizes.ContextLength, c);     // [T, C]
        Optional(TensorLayout.Output, tokens, c);                               // [V, C]
        if (architecture == "qwen2")
            Optional("output.bias", tokens);                                    // [V]
        Norm("output_norm");
        if (architecture == "llama")
            Optional("rope_freqs.weight", sizes.HeadSize / 2);                  // [D/2]
        for (var layer = 0; layer < sizes.LayerCount; layer++)
        {
            var block = $"blk.{layer}.";
            Norm(block + "attn_norm");
            if (isGpt2 || file.FindTensor(block + "attn_qkv.weight") is not null)
            {
                Weights(block + "attn_qkv", isGpt2, q + (2 * kv), c);           // [HD+2KD, C], rows q | k | v
            }
            else
            {
                Weights(block + "attn_q", false, q, c);                         // [HD, C]
                Weights(block + "attn_k", false, kv, c);                        // [KD, C]
                Weights(block + "attn_v", false, kv, c);                        // [KD, C]
            }

            Weights(block + "attn_output", isGpt2, c, q);                       // [C, HD]
            Norm(block + "ffn_norm");
            if (!isGpt2)
                Weights(block + "ffn_gate", false, f, c);                       // [F, C]
            Weights(block + "ffn_up", isGpt2, f, c);                            // [F, C]
            Weights(block + "ffn_down", isGpt2, c, f);                          // [C, F]
        }

        if (left.Count > 0)
            throw new GgufFormatException(
                $"The tensor '{left.Order(StringComparer.Ordinal).First()}' is not part of a {architecture} model as it is run here.", 0);

        void Norm(string name)
        {
            Vector(name + ".weight", c);                                        // [C]
            if (isGpt2)
                Vector(name + ".bias", c);                                      // [C]
        }

        void Weights(string name, bool isBiased, long rows, long columns)
        {
            Matrix(name + ".weight", rows, columns);
            if (isBiased)
                Vector(name + ".bias", rows);
            else
                Optional(name + ".bias", rows);
        }

        void Optional(string name, params ReadOnlySpan<long> shape)
        {
            if (!left.Contains(name))
                return;
            if (shape.Length == 1)
                Vector(name, shape[0]);
            else
                Matrix(name, shape[0], shape[1]);
        }

        void Matrix(string name, long rows, long columns)
        {
            var tensor = Take(name, rows, columns);
            var isRight = name == TensorLayout.PositionEmbedding
                ? tensor.Type is GgufTensorType.F32 or GgufTensorType.F16
                : IsComputed(tensor.Type);
            if (!isRight)
                throw new GgufFormatException(
                    $"The tensor '{name}' is of type {tensor.Type}, in which llama.cpp computes no such tensor.", 0);
        }

        void Vector(string name, long length)
        {
            if (Take(name, length) is { Type: not GgufTensorType.F32 } tensor)
                throw new GgufFormatException($"The tensor '{name}' is of type {tensor.Type}; norms and biases must be F32.", 0);
        }

        GgufTensorInfo Take(string name, params ReadOnlySpan<long> shape)
        {
            if (!left.Remove(name))
                throw new GgufFormatException($"The tensor '{name}' is missing.", 0);
            var tensor = file.FindTensor(name)!;
            return tensor.Shape.AsSpan().SequenceEqual(shape)
                ? tensor
                : throw new GgufFormatException(
                    $"The tensor '{name}' is [{string.Join(", ", tensor.Shape)}]; [{string.Join(", ", shape.ToArray())}] is expected.", 0);
        }
    }

    /// <summary>
    /// Returns whether llama.cpp has products for the type, and reads its rows. Source: <c>type_traits_cpu</c> in <c>ggml-cpu.c</c> and
    /// <c>ggml_compute_forward_get_rows</c> of llama.cpp v0.4.0.
    /// </summary>
    public static bool IsComputed(GgufTensorType type) => type is
        not (GgufTensorType.I8 or GgufTensorType.I16 or GgufTensorType.I32 or GgufTensorType.I64 or GgufTensorType.F64
            or GgufTensorType.Q8_1 or GgufTensorType.Q8_K);
}
