using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Layers;

namespace TinyLlm.Trainers.Networks;

/// <summary>
/// GPT-2: learned positions, LayerNorm before each part, GELU (<see
/// href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"/>).
/// </summary>
internal sealed class Gpt2(ModelArchitecture architecture, WorkerPool pool, NetworkOptions options)
    : Transformer(architecture, pool, options)
{
    protected override Norm CreateFinalNorm(NetworkBuilder builder) => builder.LayerNorm("output_norm");

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
        private readonly LayerNorm _norm1 = builder.LayerNorm($"blk.{layer}.attn_norm");
        private readonly Linear _qkv = builder.Linear($"blk.{layer}.attn_qkv");
        private readonly CausalAttention _attention = builder.Attention;
        private readonly AttentionOutput _output = new(
            builder, layer, rows, a.Attention, y: a.Middle, selected: a.Norm2, d.Attention, dSelected: d.Norm, d.Dropped);
        private readonly LayerNorm _norm2 = builder.LayerNorm($"blk.{layer}.ffn_norm");
        private readonly Linear _up = builder.Linear($"blk.{layer}.ffn_up", rows);
        private readonly Linear _down = builder.Linear($"blk.{layer}.ffn_down", rows);
        private readonly GeluSlope _slope = new(builder.Processor.Kernels);
        private readonly DropoutRows _dropout = new(builder.Processor);
        private readonly KeptActivations? _kept = builder.Keep(
            [a.Statistics1, a.LogSums, a.Statistics2], [a.Norm1, a.Qkv, a.Attention, a.Middle, a.Norm2, a.Up, a.Hidden]);

        public override void Forward(in Step step, Matrix x, Matrix output)
        {
            _norm1.Forward(x, a.Statistics1, a.Norm1);                                              // [R, C]
            _qkv.Forward(a.Norm1, a.Qkv);                                                           // [R, C+2KD]
            _attention.Forward(step.Batch, a.Qkv, a.LogSums, a.Attention, step.AttentionWeights(layer));    // [R, C]
            _output.Forward(step, x, selectedX: output);                                            // [G, C]

            _norm2.Forward(rows[a.Middle], rows[a.Statistics2], rows[a.Norm2]);                     // [G, C]
            _up.ForwardGelu(rows[a.Norm2], rows[a.Up], rows[a.Hidden]);                             // [G, F]
            _down.ForwardAdd(rows[a.Hidden], rows[a.Middle], output, rows.Of(step.FeedForward(layer)));     // [G, C]
            _kept?.Keep();
        }

        public override void Backward(in Step step, Matrix x, Matrix dOutput, Matrix dx, bool needsInput)
        {
            _kept?.Restore();
            var needsNorm = needsInput || _norm1.IsTrained;
            var dDown = _dropout.Apply(rows.Of(step.FeedForward(layer)), dOutput, rows[d.Dropped]); // [G, C]
            _down.Backward(rows[a.Hidden], dDown, rows[d.Hidden], epilogue: _slope.At(rows[a.Up])); // [G, F], before GELU
            _up.Backward(rows[a.Norm2], rows[d.Hidden], rows[d.Norm]);                              // [G, C]
            _norm2.Backward(rows[a.Middle], rows[a.Statistics2], rows[d.Norm], dOutput);            // [G, C], added to the residual's

            _output.Backward(step, dOutput, dx);                                                    // [R, C]
            _attention.Backward(step.Batch, a.Qkv, a.LogSums, d.Attention, d.Qkv, step.AttentionWeights(layer));    // [R, C+2KD]
            _qkv.Backward(a.Norm1, d.Qkv, needsNorm ? d.Norm : default(Matrix));                    // [R, C]
            if (needsNorm)
                _norm1.Backward(x, a.Statistics1, d.Norm, dx);                                      // [R, C]
        }
    }

    private sealed class Activations(NetworkBuilder builder)
    {
        public Activation Statistics1 { get; } = builder.Take(2);
        public Activation Norm1 { get; } = builder.Take(builder.Architecture.EmbeddingLength);
        public Activation Qkv { get; } = builder.Take(builder.AttentionShape.Columns);
        public Activation LogSums { get; } = builder.Take(builder.Architecture.HeadCount);
        public Activation Attention { get; } = builder.Take(builder.Architecture.EmbeddingLength);
        public Activation Middle { get; } = builder.Take(builder.Architecture.EmbeddingLength);
        public Activation Statistics2 { get; } = builder.Take(2);
        public Activation Norm2 { get; } = builder.Take(builder.Architecture.EmbeddingLength);
        public Activation Up { get; } = builder.Take(builder.Architecture.FeedForwardLength);
        public Activation Hidden { get; } = builder.Take(builder.Architecture.FeedForwardLength);
    }

    private sealed class Gradients(NetworkBuilder builder)
    {
        public Activation Hidden { get; } = builder.TakeForGradients(builder.Architecture.FeedForwardLength);
        public Activation Norm { get; } = builder.TakeForGradients(builder.Architecture.EmbeddingLength);
        public Activation Attention { get; } = builder.TakeForGradients(builder.Architecture.EmbeddingLength);
        public Activation Qkv { get; } = builder.TakeForGradients(builder.AttentionShape.Columns);
        public Activation Dropped { get; } = builder.TakeForGradients(builder.HasDropout ? builder.Architecture.EmbeddingLength : 0);
    }
}
