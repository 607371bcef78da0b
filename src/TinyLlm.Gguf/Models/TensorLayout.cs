using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>The tensors of each network in GGUF's names. Source: <c>llama-arch.cpp</c> and the model loaders of llama.cpp v0.4.0.</summary>
internal static class TensorLayout
{
    public const string TokenEmbedding = "token_embd.weight";
    public const string PositionEmbedding = "position_embd.weight";
    public const string OutputNorm = "output_norm.weight";
    public const string OutputNormBias = "output_norm.bias";
    public const string Output = "output.weight";

    public static ImmutableArray<(string Name, ImmutableArray<long> Shape)> Gpt2(ModelArchitecture a)
    {
        var (c, kv, f) = (a.EmbeddingLength, a.KeyValueLength, a.FeedForwardLength);
        var tensors = ImmutableArray.CreateBuilder<(string, ImmutableArray<long>)>();
        Add(TokenEmbedding, a.VocabularySize, c);               // [V, C]
        Add(PositionEmbedding, a.ContextLength, c);             // [T, C]
        for (var layer = 0; layer < a.LayerCount; layer++)
        {
            var block = $"blk.{layer}.";
            Add(block + "attn_norm.weight", c);                 // [C]
            Add(block + "attn_norm.bias", c);                   // [C]
            Add(block + "attn_qkv.weight", c + (2 * kv), c);    // [C+2KD, C], rows q | k | v
            Add(block + "attn_qkv.bias", c + (2 * kv));         // [C+2KD]
            Add(block + "attn_output.weight", c, c);            // [C, C]
            Add(block + "attn_output.bias", c);                 // [C]
            Add(block + "ffn_norm.weight", c);                  // [C]
            Add(block + "ffn_norm.bias", c);                    // [C]
            Add(block + "ffn_up.weight", f, c);                 // [F, C]
            Add(block + "ffn_up.bias", f);                      // [F]
            Add(block + "ffn_down.weight", c, f);               // [C, F]
            Add(block + "ffn_down.bias", c);                    // [C]
        }

        Add(OutputNorm, c);                                     // [C]
        Add(OutputNormBias, c);                                 // [C]
        if (!a.TiedHead)
            Add(Output, a.VocabularySize, c);                   // [V, C]
        return tensors.ToImmutable();

        void Add(string name, params ReadOnlySpan<long> shape) => tensors.Add((name, [.. shape]));
    }

    public static ImmutableArray<(string Name, ImmutableArray<long> Shape)> Llama(ModelArchitecture a)
    {
        var (c, kv, f) = (a.EmbeddingLength, a.KeyValueLength, a.FeedForwardLength);
        var tensors = ImmutableArray.CreateBuilder<(string, ImmutableArray<long>)>();
        Add(TokenEmbedding, a.VocabularySize, c);               // [V, C]
        for (var layer = 0; layer < a.LayerCount; layer++)
        {
            var block = $"blk.{layer}.";
            Add(block + "attn_norm.weight", c);                 // [C]
            Add(block + "attn_q.weight", c, c);                 // [C, C], pairs (2i, 2i+1) of a head turn together
            Add(block + "attn_k.weight", kv, c);                // [KD, C]
            Add(block + "attn_v.weight", kv, c);                // [KD, C]
            Add(block + "attn_output.weight", c, c);            // [C, C]
            Add(block + "ffn_norm.weight", c);                  // [C]
            Add(block + "ffn_gate.weight", f, c);               // [F, C]
            Add(block + "ffn_up.weight", f, c);                 // [F, C]
            Add(block + "ffn_down.weight", c, f);               // [C, F]
        }

        Add(OutputNorm, c);                                     // [C]
        if (!a.TiedHead)
            Add(Output, a.VocabularySize, c);                   // [V, C]
        return tensors.ToImmutable();

        void Add(string name, params ReadOnlySpan<long> shape) => tensors.Add((name, [.. shape]));
    }

    /// <summary>Returns whether the tensor stays in F32 in every quantized file: vectors and the position table.</summary>
    public static bool StaysF32(string name, int rank) => rank < 2 || name == PositionEmbedding;
}
