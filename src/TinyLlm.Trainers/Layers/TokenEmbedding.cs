using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Layers;

/// <summary>x = the row of each token, and of its position where the network has a table of positions.</summary>
internal sealed unsafe class TokenEmbedding : RowItems
{
    private readonly Processor _processor;
    private readonly Matrix _tokens, _positions;                        // [V, C], [T, C]
    private readonly GradientItems _tokenGradients, _positionGradients;
    private TokenBatch? _batch;
    private Matrix _x;
    private Dropout _dropout;

    public TokenEmbedding(Processor processor, Parameter tokens, Parameter? positions)
        : base(rowsPerItem: 16)
    {
        _processor = processor;
        _tokens = tokens.Matrix;
        _positions = positions is null ? default : positions.Matrix;
        _tokenGradients = new GradientItems(processor, tokens.Gradients, _tokens.Columns, positions: false);
        _positionGradients = new GradientItems(processor, positions is null ? null : positions.Gradients, _tokens.Columns, positions: true);
    }

    /// <summary>Gathers the rows. [R, C]</summary>
    public void Forward(TokenBatch batch, Matrix x, Dropout dropout)
    {
        (_batch, _x, _dropout) = (batch, x, dropout);
        Run(_processor.Pool, x.Rows);
    }

    /// <summary>Adds each row's gradient to its token and its position. [R, C]</summary>
    public void Backward(TokenBatch batch, Matrix dx)
    {
        _tokenGradients.Run(batch, dx);
        _positionGradients.Run(batch, dx);
    }

    /// <inheritdoc/>
    protected override void Execute(int item, int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            Gather(_tokens, _batch!.Inputs[row], _x.At(row, 0), add: false);
            if (!_positions.IsEmpty)
                Gather(_positions, _batch.PositionAt(row), _x.At(row, 0), add: true);
            if (_dropout.IsOn)
                _dropout.Apply(_x.At(row, 0), _x.At(row, 0), (long)row * _x.Columns, _x.Columns);
        }
    }

    private void Gather(Matrix table, int index, float* x, bool add)
    {
        const int Chunk = 256;
        var wide = stackalloc float[Chunk];
        for (var column = 0; column < table.Columns; column += Chunk)
        {
            var count = Math.Min(Chunk, table.Columns - column);
            var source = wide;
            if (table.IsBFloat16)
                BFloat16Rows.Widen(table.HalfAt(index, column), wide, count);
            else
                source = table.At(index, column);
            if (add)
                _processor.Kernels.Add(source, x + column, count);
            else
                _processor.Kernels.Scale(1, source, x + column, count);
        }
    }

    // Each item owns some of the table's rows and adds to them in the batch's order.
    private sealed class GradientItems : WorkItems
    {
        private const int Items = 16;

        private readonly Processor _processor;
        private readonly float* _gradients;
        private readonly int _width;
        private readonly bool _isOfPositions;
        private TokenBatch? _batch;
        private Matrix _dx;

        public GradientItems(Processor processor, float* gradients, int width, bool positions)
        {
            (_processor, _width, _isOfPositions) = (processor, width, positions);
            _gradients = gradients;
        }

        public void Run(TokenBatch batch, Matrix dx)
        {
            (_batch, _dx) = (batch, dx);
            if (_gradients != null)
                _processor.Pool.Run(this, Items);
        }

        public override void Execute(int item, int worker)
        {
            for (var row = 0; row < _dx.Rows; row++)
            {
                var index = _isOfPositions ? _batch!.PositionAt(row) : _batch!.Inputs[row];
                if (index % Items == item)
                    _processor.Kernels.Add(_dx.At(row, 0), _gradients + ((long)index * _width), _width);
            }
        }
    }
}
