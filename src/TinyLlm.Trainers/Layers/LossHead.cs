using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Layers;

/// <summary>
/// Logits and cross-entropy at the positions that carry loss, some rows at a time, so that the logits of a batch never exist.
/// </summary>
/// <remarks>
/// A block of rows has its logits in memory once: products make them in chunks of the vocabulary, softmax - one-hot replaces them, and
/// products take both gradients from that. Nothing is computed twice, and the block's size bounds the memory.
/// </remarks>
internal sealed unsafe class LossHead
{
    // About how many logits are in memory at once: 64 MB, and twice that where the vocabulary's gradient is written for each block of rows.
    private const long LogitNumbers = 1 << 24;

    private readonly Processor _processor;
    private readonly Matrix _weight, _gradient;                         // [V, C]
    private readonly Matrix _logits;                                    // [block, V]
    private readonly SoftmaxItems _softmax;

    /// <summary>Makes a head.</summary>
    /// <param name="processor">What it computes with.</param>
    /// <param name="arena">Where the logits of a block of rows live.</param>
    /// <param name="weight">The output matrix, which may be the token embedding. [V, C]</param>
    /// <param name="rows">The most rows of a batch.</param>
    public LossHead(Processor processor, Arena arena, Parameter weight, int rows)
    {
        _processor = processor;
        _weight = weight.Matrix;
        _gradient = weight.IsTrainable ? new Matrix(weight.Gradients, _weight.Rows, _weight.Columns) : default;
        var most = _gradient.IsEmpty ? LogitNumbers : 2 * LogitNumbers;
        var blocks = (((long)rows * _weight.Rows) + most - 1) / most;
        var blockRows = (int)Math.Min(rows, (((rows + blocks - 1) / blocks) + 63) / 64 * 64);
        _logits = arena.TakeApart(blockRows, _weight.Rows);
        _softmax = new SoftmaxItems(processor, rows);
    }

    /// <summary>
    /// Returns the summed loss of rows with their targets, and gives the gradient of x where <paramref name="dx"/> is not empty.
    /// </summary>
    /// <param name="x">The final norm's output at positions with a target. [G, C]</param>
    /// <param name="targets">A token for each row.</param>
    /// <param name="dx">Where the gradient goes. [G, C]</param>
    public double Loss(Matrix x, int[] targets, Matrix dx)
    {
        for (var row = 0; row < x.Rows; row += _logits.Rows)
        {
            var rows = Math.Min(_logits.Rows, x.Rows - row);
            var (block, logits) = (x.RowRange(row, rows), _logits.RowRange(0, rows));
            _processor.Gemm.Multiply(block, _weight.Transposed, logits);                        // [rows, V]
            _softmax.Run(logits, targets, row, makeGradient: !dx.IsEmpty);
            if (dx.IsEmpty)
                continue;
            _processor.Gemm.Multiply(logits, _weight, dx.RowRange(row, rows));                  // [rows, C]
            if (!_gradient.IsEmpty)
                _processor.Gemm.Multiply(logits.Transposed, block, _gradient, add: true);       // [V, C]
        }

        return _softmax.SumOfLosses(x.Rows);
    }

    private sealed class SoftmaxItems(Processor processor, int rows) : RowItems(rowsPerItem: 4)
    {
        private readonly double[] _losses = new double[rows];
        private Matrix _logits;
        private int[] _targets = [];
        private int _firstRow;
        private bool _makeGradient;

        public void Run(Matrix logits, int[] targets, int firstRow, bool makeGradient)
        {
            (_logits, _targets, _firstRow, _makeGradient) = (logits, targets, firstRow, makeGradient);
            Run(processor.Pool, logits.Rows);
        }

        public double SumOfLosses(int rows)
        {
            var sum = 0d;
            for (var row = 0; row < rows; row++)
                sum += _losses[row];
            return sum;
        }

        protected override void Execute(int item, int first, int end)
        {
            var kernels = processor.Kernels;
            for (var row = first; row < end; row++)
            {
                var logits = _logits.At(row, 0);
                var target = _targets[_firstRow + row];
                var largest = kernels.Largest(logits, _logits.Columns);
                var logit = logits[target];
                var sum = _makeGradient
                    ? kernels.Exponentials(logits, 1, largest, logits, _logits.Columns)
                    : kernels.SumOfExponentials(logits, largest, _logits.Columns);
                _losses[_firstRow + row] = Math.Log(sum) + ((double)largest - logit);
                if (!_makeGradient)
                    continue;
                kernels.Scale(1 / sum, logits, logits, _logits.Columns);
                logits[target] -= 1;
            }
        }
    }
}
