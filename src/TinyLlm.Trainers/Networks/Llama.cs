using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Layers;

namespace TinyLlm.Trainers.Networks;

/// <summary>
/// Llama: rotary positions, RMSNorm before each part, SwiGLU, grouped key/value heads, no biases (<see
/// href="https://arxiv.org/abs/2302.13971"/>).
/// </summary>
internal sealed class Llama(ModelArchitecture architecture, WorkerPool pool, NetworkOptions options)
    : Transformer(architecture, pool, options)
{
    protected override Norm CreateFinalNorm(NetworkBuilder builder) => builder.RmsNorm("output_norm");

    protected override TransformerBlock[] CreateBlocks(NetworkBuilder builder)
    {
        var gradients = new Gradients(builder);
        var shared = builder.KeepsActivations ? null : new Activations(builder);
        return
        [
            .. Enumerable.Range(0, Architecture.LayerCount)
                .Select(layer => new Block(
                    builder, layer, shared ?? new Activations(builder), gradients, builder.RowsBehindAttention(layer))),
        ];
    }

    private sealed class Block(NetworkBuilder builder, int layer, Activations a, Gradients d, SelectedRows rows) : TransformerBlock
    {
        private readonly int _queries = builder.Architecture.EmbeddingLength;
        private readonly int _keys = builder.Architecture.KeyValueLength;
        private readonly RmsNorm _norm1 = builder.RmsNorm($"blk.{layer}.attn_norm");
        private readonly Linear _q = builder.Linear($"blk.{layer}.attn_q");
        private readonly Linear _k = builder.Linear($"blk.{layer}.attn_k");
        private readonly Linear _v = builder.Linear($"blk.{layer}.attn_v");
        private readonly RotaryPositions _rotary = builder.Rotary;
        private readonly CausalAttention _attention = builder.Attention;
        private readonly AttentionOutput _output = new(
            builder, layer, rows, a.Attention, y: a.Middle, selected: a.Norm2, d.Attention, dSelected: d.Norm, d.Dropped);
        private readonly RmsNorm _norm2 = builder.RmsNorm($"blk.{layer}.ffn_norm");
        private readonly Linear _gate = builder.Linear($"blk.{layer}.ffn_gate", rows);
        private readonly Linear _up = builder.Linear($"blk.{layer}.ffn_up", rows);
        private readonly SwiGlu _swiGlu = new(builder.Processor);
        private readonly Linear _down = builder.Linear($"blk.{layer}.ffn_down", rows);
        private readonly DropoutRows _dropout = new(builder.Processor);
        private readonly KeptActivations? _kept = builder.Keep(
            [a.Statistics1, a.LogSums, a.Statistics2], [a.Norm1, a.Qkv, a.Attention, a.Middle, a.Norm2, a.Gate, a.Up, a.Hidden]);

        public override void Forward(in Step step, Matrix x, Matrix output)
        {
            _norm1.Forward(x, a.Statistics1, a.Norm1);                                              // [R, C]
            _q.Forward(a.Norm1, a.Qkv.Columns(0, _queries));                                        // [R, C]
            _k.Forward(a.Norm1, a.Qkv.Columns(_queries, _keys));                                    // [R, KD]
            _v.Forward(a.Norm1, a.Qkv.Columns(_queries + _keys, _keys));                            // [R, KD]
            _rotary.Forward(step.Batch, a.Qkv.Columns(0, _queries + _keys));                        // [R, C+KD], queries and keys
            _attention.Forward(step.Batch, a.Qkv, a.LogSums, a.Attention, step.AttentionWeights(layer));    // [R, C]
            _output.Forward(step, x, selectedX: output);                                            // [G, C]

            _norm2.Forward(rows[a.Middle], rows[a.Statistics2], rows[a.Norm2]);                     // [G, C]
            _gate.Forward(rows[a.Norm2], rows[a.Gate]);                                             // [G, F]
            _up.Forward(rows[a.Norm2], rows[a.Up]);                                                 // [G, F]
            _swiGlu.Forward(rows[a.Gate], rows[a.Up], rows[a.Hidden]);                              // [G, F]
            _down.ForwardAdd(rows[a.Hidden], rows[a.Middle], output, rows.Of(step.FeedForward(layer)));     // [G, C]
            _kept?.Keep();
        }

        public override void Backward(in Step step, Matrix x, Matrix dOutput, Matrix dx, bool needsInput)
        {
            _kept?.Restore();
            var needsNorm = needsInput || _norm1.IsTrained;
            var dDown = _dropout.Apply(rows.Of(step.FeedForward(layer)), dOutput, rows[d.Dropped]); // [G, C]
            _down.Backward(rows[a.Hidden], dDown, rows[d.Hidden]);                                  // [G, F]
            _swiGlu.Backward(rows[a.Gate], rows[a.Up], rows[d.Hidden], rows[d.Gate], rows[d.Hidden]);   // [G, F], twice
            _gate.Backward(rows[a.Norm2], rows[d.Gate], rows[d.Norm]);                              // [G, C]
            _up.Backward(rows[a.Norm2], rows[d.Hidden], rows[d.Norm], add: true);                   // [G, C]
            _norm2.Backward(rows[a.Middle], rows[a.Statistics2], rows[d.Norm], dOutput);            // [G, C], added to the residual's

            _output.Backward(step, dOutput, dx);                                                    // [R, C]
            _attention.Backward(step.Batch, a.Qkv, a.LogSums, d.Attention, d.Qkv, step.AttentionWeights(layer));    // [R, C+2KD]
            _rotary.Backward(step.Batch, d.Qkv.Columns(0, _queries + _keys));                       // [R, C+KD]
            Matrix dNorm = needsNorm ? d.Norm : default(Matrix);
            _q.Backward(a.Norm1, d.Qkv.Columns(0, _queries), dNorm);                                // [R, C]
            _k.Backward(a.Norm1, d.Qkv.Columns(_queries, _keys), dNorm, add: true);                 // [R, C]
            _v.Backward(a.Norm1, d.Qkv.Columns(_queries + _keys, _keys), dNorm, add: true);         // [R, C]
            if (needsNorm)
                _norm1.Backward(x, a.Statistics1, d.Norm, dx);                                      // [R, C]
        }
    }

    private sealed class Activations(NetworkBuilder builder)
    {
        public Activation Statistics1 { get; } = builder.Take(1);
        public Activation Norm1 { get; } = builder.Take(builder.Architecture.EmbeddingLength);
        public Activation Qkv { get; } = builder.Take(builder.AttentionShape.Columns);
        public Activation LogSums { get; } = builder.Take(builder.Architecture.HeadCount);
        public Activation Attention { get; } = builder.Take(builder.Architecture.EmbeddingLength);
        public Activation Middle { get; } = builder.Take(builder.Architecture.EmbeddingLength);
        public Activation Statistics2 { get; } = builder.Take(1);
        public Activation Norm2 { get; } = builder.Take(builder.Architecture.EmbeddingLength);
        public Activation Gate { get; } = builder.Take(builder.Architecture.FeedForwardLength);
        public Activation Up { get; } = builder.Take(builder.Architecture.FeedForwardLength);
        public Activation Hidden { get; } = builder.Take(builder.Architecture.FeedForwardLength);
    }

    private sealed class Gradients(NetworkBuilder builder)
    {
        public Activation Hidden { get; } = builder.TakeForGradients(builder.Architecture.FeedForwardLength);
        public Activation Gate { get; } = builder.TakeForGradients(builder.Architecture.FeedForwardLength);
        public Activation Norm { get; } = builder.TakeForGradients(builder.Architecture.EmbeddingLength);
        public Activation Attention { get; } = builder.TakeForGradients(builder.Architecture.EmbeddingLength);
        public Activation Qkv { get; } = builder.TakeForGradients(builder.AttentionShape.Columns);
        public Activation Dropped { get; } = builder.TakeForGradients(builder.HasDropout ? builder.Architecture.EmbeddingLength : 0);
    }
}
