using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Layers;

/// <summary>y = SiLU(gate)·up (<see href="https://arxiv.org/abs/2002.05202"/>).</summary>
internal sealed class SwiGlu(Processor processor)
{
    private readonly ForwardItems _forward = new(processor.Kernels);
    private readonly BackwardItems _backward = new(processor.Kernels);

    /// <summary>y = SiLU(gate)·up. [R, F]</summary>
    public void Forward(Matrix gate, Matrix up, Matrix y) => _forward.Run(processor.Pool, gate, up, y);

    /// <summary>Gives the gradients of both inputs; <paramref name="dUp"/> may be <paramref name="dy"/>. [R, F]</summary>
    public void Backward(Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp) =>
        _backward.Run(processor.Pool, gate, up, dy, dGate, dUp);

    private sealed class ForwardItems(VectorKernels kernels) : RowItems(rowsPerItem: 8)
    {
        private Matrix _gate, _up, _y;

        public void Run(WorkerPool pool, Matrix gate, Matrix up, Matrix y)
        {
            (_gate, _up, _y) = (gate, up, y);
            Run(pool, gate.Rows);
        }

        protected override unsafe void Execute(int item, int first, int end)
        {
            for (var row = first; row < end; row++)
                kernels.SwiGlu(_gate.At(row, 0), _up.At(row, 0), _y.At(row, 0), _y.Columns);
        }
    }

    private sealed class BackwardItems(VectorKernels kernels) : RowItems(rowsPerItem: 8)
    {
        private Matrix _gate, _up, _dy, _dGate, _dUp;

        public void Run(WorkerPool pool, Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp)
        {
            (_gate, _up, _dy, _dGate, _dUp) = (gate, up, dy, dGate, dUp);
            Run(pool, gate.Rows);
        }

        protected override unsafe void Execute(int item, int first, int end)
        {
            for (var row = first; row < end; row++)
                kernels.SwiGluBackward(_gate.At(row, 0), _up.At(row, 0), _dy.At(row, 0), _dGate.At(row, 0), _dUp.At(row, 0), _dy.Columns);
        }
    }
}
