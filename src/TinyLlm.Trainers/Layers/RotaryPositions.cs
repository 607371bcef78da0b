using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Layers;

/// <summary>
/// Rotary positions (<see href="https://arxiv.org/abs/2104.09864"/>): pairs (2i, 2i+1) of a head turn by position·base^(-2i/D).
/// </summary>
/// <remarks>
/// Neighbours make a pair, as in llama.cpp's architecture <c>llama</c>. Positions count from the beginning of a document.
/// </remarks>
internal sealed unsafe class RotaryPositions : RowItems
{
    private readonly Processor _processor;
    private readonly Matrix _cosines, _sines;
    private Matrix _x;
    private TokenBatch? _batch;
    private float _direction;

    /// <summary>Makes the table of angles.</summary>
    public RotaryPositions(Processor processor, Arena arena, int positions, int headSize, double baseFrequency)
        : base(rowsPerItem: 16)
    {
        _processor = processor;
        (_cosines, _sines) = (arena.Take(positions, headSize), arena.Take(positions, headSize));
        for (var position = 0; arena.IsReal && position < positions; position++)
        {
            for (var i = 0; i < headSize; i++)
            {
                var (sine, cosine) = Math.SinCos(position * Math.Pow(baseFrequency, -2.0 * (i / 2) / headSize));
                *_cosines.At(position, i) = (float)cosine;
                *_sines.At(position, i) = (float)(i % 2 == 0 ? -sine : sine);
            }
        }
    }

    /// <summary>Turns every head of every row. [R, n·D]</summary>
    public void Forward(TokenBatch batch, Matrix x) => Turn(batch, x, 1);

    /// <summary>Turns a gradient back. [R, n·D]</summary>
    public void Backward(TokenBatch batch, Matrix dx) => Turn(batch, dx, -1);

    /// <inheritdoc/>
    protected override void Execute(int item, int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            var position = _batch!.PositionAt(row);
            var size = _cosines.Columns;
            for (var column = 0; column < _x.Columns; column += size)
                _processor.Kernels.Rotate(_x.At(row, column), _cosines.At(position, 0), _sines.At(position, 0), _direction, size);
        }
    }

    private void Turn(TokenBatch batch, Matrix x, float direction)
    {
        (_batch, _x, _direction) = (batch, x, direction);
        Run(_processor.Pool, x.Rows);
    }
}
