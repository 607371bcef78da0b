using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Layers;

/// <summary>y = x·Wᵀ + b, with what often follows it, and with a pair of low rank beside W where it is adapted.</summary>
internal sealed unsafe class Linear
{
    private readonly Processor _processor;
    private readonly Matrix _weight;                                    // [out, in]
    private readonly Matrix _gradient;                                  // [out, in], empty where frozen
    private readonly float* _biasGradient;
    private readonly LowRankPair? _pair;
    private readonly LinearEpilogue _epilogue;

    public Linear(Processor processor, Parameter weight, Parameter? bias, LowRankPair? pair)
    {
        (_processor, _pair) = (processor, pair);
        var (outputs, inputs) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        _weight = weight.Matrix;
        _gradient = weight.IsTrainable ? new Matrix(weight.Gradients, outputs, inputs) : default;
        _biasGradient = bias == null ? null : bias.Gradients;
        _epilogue = new LinearEpilogue(processor.Kernels, bias == null ? null : bias.Weights);
    }

    /// <summary>y = x·Wᵀ + b. [R, out]</summary>
    public void Forward(Matrix x, Matrix y) => Multiply(x, y, default, default, Dropout.None);

    /// <summary>before = x·Wᵀ + b and y = GELU(before). [R, out]</summary>
    public void ForwardGelu(Matrix x, Matrix before, Matrix y) => Multiply(x, before, y, default, Dropout.None);

    /// <summary>y = residual + dropout(x·Wᵀ + b). [R, out]</summary>
    public void ForwardAdd(Matrix x, Matrix residual, Matrix y, Dropout dropout) => Multiply(x, y, default, residual, dropout);

    /// <summary>Adds the gradients of weights and bias, and gives that of x. [R, in]</summary>
    /// <param name="x">What the forward pass read.</param>
    /// <param name="dy">The gradient of what it gave.</param>
    /// <param name="dx">Where the gradient of <paramref name="x"/> goes; empty where nobody needs it.</param>
    /// <param name="add">Whether it is added to what <paramref name="dx"/> holds.</param>
    /// <param name="epilogue">What happens to the rows of <paramref name="dx"/>.</param>
    public void Backward(Matrix x, Matrix dy, Matrix dx, bool add = false, Epilogue? epilogue = null)
    {
        if (_biasGradient != null)
            _processor.ColumnSums.AddTo(dy, _biasGradient);
        if (!_gradient.IsEmpty)
            _processor.Gemm.Multiply(dy.Transposed, x, _gradient, add: true);                   // [out, in]
        var dLow = _pair is null ? default : _pair.Backward(x, dy);                             // [R, r]
        if (dx.IsEmpty)
            return;
        if (_pair is { HasDropout: true })
        {
            _pair.BackwardThroughDropout(dLow, dx, add);
            (dLow, add) = (default, true);
        }

        _processor.Gemm.Multiply(dy, _weight, dLow, dLow.IsEmpty ? default : _pair!.A, dx, add, epilogue);
    }

    private void Multiply(Matrix x, Matrix y, Matrix gelu, Matrix residual, Dropout dropout)
    {
        var low = _pair is null ? default : _pair.Forward(x);                                   // [R, r]
        _epilogue.Set(gelu, residual, dropout, y.Columns);
        var needsEpilogue = _epilogue.HasWork;
        _processor.Gemm.Multiply(
            x, _weight.Transposed, low, _pair is null ? default : _pair.B.Transposed, y, add: false, needsEpilogue ? _epilogue : null);
    }
}
