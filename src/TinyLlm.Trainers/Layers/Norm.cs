using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Layers;

/// <summary>A normalisation of rows, forward and backward; what the two kinds of it share.</summary>
internal abstract unsafe class Norm
{
    private const int RowsPerItem = 32;

    private readonly Processor _processor;
    private readonly float*[] _gradients;
    private readonly ForwardItems _forward;
    private readonly BackwardItems _backward;

    /// <summary>Makes a normalisation of rows of <paramref name="width"/>.</summary>
    /// <param name="processor">What it computes with.</param>
    /// <param name="width">C.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="statistics">The numbers that a row keeps for the backward pass.</param>
    /// <param name="gradients">Where the weights' gradients go, null where they are frozen.</param>
    protected Norm(Processor processor, int width, float epsilon, int statistics, float*[] gradients)
    {
        (_processor, Width, Epsilon, Statistics, _gradients) = (processor, width, epsilon, statistics, gradients);
        foreach (var gradient in gradients)
            IsTrained |= gradient != null;
        (_forward, _backward) = (new ForwardItems(this), new BackwardItems(this));
    }

    /// <summary>Gets whether weights or biases have gradients.</summary>
    public bool IsTrained { get; }

    /// <summary>Gets how many numbers of each row the backward pass needs.</summary>
    public int Statistics { get; }

    protected VectorKernels Kernels => _processor.Kernels;

    protected int Width { get; }

    protected float Epsilon { get; }

    /// <summary>Returns the scratch numbers that <paramref name="rows"/> rows take.</summary>
    public static long ScratchNumbers(int rows, int width) => (rows + RowsPerItem - 1L) / RowsPerItem * 2 * width;

    /// <summary>y = norm(x). [R, C]</summary>
    public void Forward(Matrix x, Matrix statistics, Matrix y) => _forward.Run(x, statistics, y);

    /// <summary>dx += the gradient of x. [R, C]</summary>
    public void Backward(Matrix x, Matrix statistics, Matrix dy, Matrix dx) => _backward.Run(x, statistics, dy, dx);

    protected abstract void ForwardRow(float* x, float* y, float* statistics);

    protected abstract void BackwardRow(float* x, float* dy, float* statistics, float* dx, float* sums);

    private sealed class ForwardItems(Norm norm) : RowItems(RowsPerItem)
    {
        private Matrix _x, _statistics, _y;

        public void Run(Matrix x, Matrix statistics, Matrix y)
        {
            (_x, _statistics, _y) = (x, statistics, y);
            Run(norm._processor.Pool, x.Rows);
        }

        protected override void Execute(int item, int first, int end)
        {
            for (var row = first; row < end; row++)
                norm.ForwardRow(_x.At(row, 0), _y.At(row, 0), _statistics.At(row, 0));
        }
    }

    // Each item sums its rows' gradients of the weights in a row of its own; those are added in order afterwards.
    private sealed class BackwardItems(Norm norm) : RowItems(RowsPerItem)
    {
        private Matrix _x, _statistics, _dy, _dx, _sums;

        public void Run(Matrix x, Matrix statistics, Matrix dy, Matrix dx)
        {
            (_x, _statistics, _dy, _dx) = (x, statistics, dy, dx);
            _sums = new Matrix(norm._processor.Scratch, (x.Rows + RowsPerItem - 1) / RowsPerItem, norm._gradients.Length * norm.Width);
            Run(norm._processor.Pool, x.Rows);
            for (var i = 0; i < norm._gradients.Length; i++)
            {
                if (norm._gradients[i] != null)
                    norm._processor.ColumnSums.AddTo(_sums.ColumnRange(i * norm.Width, norm.Width), norm._gradients[i]);
            }
        }

        protected override void Execute(int item, int first, int end)
        {
            var sums = norm.IsTrained ? _sums.At(item, 0) : null;
            if (sums != null)
                new Span<float>(sums, _sums.Columns).Clear();
            for (var row = first; row < end; row++)
                norm.BackwardRow(_x.At(row, 0), _dy.At(row, 0), _statistics.At(row, 0), _dx.At(row, 0), sums);
        }
    }
}
