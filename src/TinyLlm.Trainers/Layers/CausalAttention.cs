using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Layers;

/// <summary>
/// Causal attention, softmax(Q·Kᵀ/√D)·V, with one key/value head for each group of query heads (<see
/// href="https://arxiv.org/abs/2305.13245"/>).
/// </summary>
/// <remarks>
/// One item is one key/value head of one sequence. It goes through its queries in tiles and keeps the weights of one tile only; the
/// backward pass computes them again from the logarithm of each row's sum. Sums over a group and over tiles are made by one worker in
/// order.
/// </remarks>
internal sealed unsafe class CausalAttention
{
    private readonly Processor _processor;
    private readonly AttentionShape _shape;
    private readonly AttentionTile[] _tiles;
    private readonly ForwardItems _forward;
    private readonly BackwardItems _backward;

    /// <summary>Makes attention over at most <paramref name="positions"/> positions.</summary>
    /// <param name="processor">What it computes with.</param>
    /// <param name="arena">Where its scratch memory comes from.</param>
    /// <param name="shape">How heads stand beside each other.</param>
    /// <param name="positions">T.</param>
    /// <param name="isRounded">Whether the backward pass gets queries, keys and values rounded.</param>
    public CausalAttention(Processor processor, Arena arena, AttentionShape shape, int positions, bool isRounded)
    {
        (_processor, _shape) = (processor, shape);
        _tiles = new AttentionTile[processor.Pool.Workers];
        for (var worker = 0; worker < _tiles.Length; worker++)
            _tiles[worker] = new AttentionTile(processor.Kernels, arena, shape, positions, isRounded);
        (_forward, _backward) = (new ForwardItems(this), new BackwardItems(this));
    }

    /// <summary>y = attention. [R, C]</summary>
    /// <param name="batch">Where documents begin.</param>
    /// <param name="qkv">Queries, keys and values side by side. [R, C+2KD]</param>
    /// <param name="logSums">For the backward pass. [R, H]</param>
    /// <param name="y">[R, C]</param>
    /// <param name="dropout">Dropout of the weights.</param>
    public void Forward(TokenBatch batch, Matrix qkv, Matrix logSums, Matrix y, Dropout dropout)
    {
        (_forward.Batch, _forward.Qkv, _forward.LogSums, _forward.Y, _forward.Dropout) = (batch, qkv, logSums, y, dropout);
        _processor.Pool.Run(_forward, batch.Rows * _shape.KeyValueHeads);
    }

    /// <summary>Gives the gradient of queries, keys and values. [R, C+2KD]</summary>
    public void Backward(TokenBatch batch, Matrix qkv, Matrix logSums, Matrix dy, Matrix dQkv, Dropout dropout)
    {
        (_backward.Batch, _backward.Qkv, _backward.LogSums) = (batch, qkv, logSums);
        (_backward.Dy, _backward.DQkv, _backward.Dropout) = (dy, dQkv, dropout);
        _processor.Pool.Run(_backward, batch.Rows * _shape.KeyValueHeads);
    }

    private sealed class ForwardItems(CausalAttention attention) : WorkItems
    {
        public TokenBatch Batch { get; set; } = null!;

        public Matrix Qkv { get; set; }

        public Matrix LogSums { get; set; }

        public Matrix Y { get; set; }

        public Dropout Dropout { get; set; }

        public override void Execute(int item, int worker)
        {
            var (shape, tile) = (attention._shape, attention._tiles[worker]);
            var (sequence, group) = Math.DivRem(item, shape.KeyValueHeads);
            var (start, length) = (sequence * Batch.Length, Batch.Length);
            var starts = Batch.DocumentStarts.AsSpan(start, length);
            var logSums = LogSums.RowRange(start, length);
            tile.Begin(Qkv.RowRange(start, length), group, isBackward: false);
            for (var head = group * shape.GroupSize; head < (group + 1) * shape.GroupSize; head++)
            {
                var dropout = Dropout.IsOn ? Dropout.At(Dropout.Rate, Dropout.Key, (sequence * shape.Heads) + head) : default;
                for (var query = 0; query < length; query += AttentionTile.Queries)
                {
                    var rows = Math.Min(AttentionTile.Queries, length - query);
                    tile.Forward(head, query, starts, logSums.ColumnRange(head, 1), dropout);
                    tile.Output(Y.Part(start + query, rows, head * shape.HeadSize, shape.HeadSize));
                }
            }
        }
    }

    private sealed class BackwardItems(CausalAttention attention) : WorkItems
    {
        public TokenBatch Batch { get; set; } = null!;

        public Matrix Qkv { get; set; }

        public Matrix LogSums { get; set; }

        public Matrix Dy { get; set; }

        public Matrix DQkv { get; set; }

        public Dropout Dropout { get; set; }

        public override void Execute(int item, int worker)
        {
            var (shape, tile) = (attention._shape, attention._tiles[worker]);
            var (sequence, group) = Math.DivRem(item, shape.KeyValueHeads);
            var (start, length) = (sequence * Batch.Length, Batch.Length);
            var starts = Batch.DocumentStarts.AsSpan(start, length);
            tile.Begin(Qkv.RowRange(start, length), group, isBackward: true);
            var dQkv = DQkv.RowRange(start, length);
            var (dKeys, dValues) = (shape.Keys(dQkv, group), shape.Values(dQkv, group));
            for (var row = 0; row < length; row++)
            {
                new Span<float>(dKeys.At(row, 0), shape.HeadSize).Clear();
                new Span<float>(dValues.At(row, 0), shape.HeadSize).Clear();
            }

            for (var head = group * shape.GroupSize; head < (group + 1) * shape.GroupSize; head++)
            {
                var dropout = Dropout.IsOn ? Dropout.At(Dropout.Rate, Dropout.Key, (sequence * shape.Heads) + head) : default;
                var dy = Dy.Part(start, length, head * shape.HeadSize, shape.HeadSize);
                for (var query = 0; query < length; query += AttentionTile.Queries)
                {
                    tile.Again(head, query, starts, LogSums.RowRange(start, length).ColumnRange(head, 1), dropout);
                    tile.Backward(dy, shape.Queries(dQkv, head), dKeys, dValues);
                }
            }
        }
    }
}
