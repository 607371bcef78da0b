using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Layers;

/// <summary>Bias, then GELU into a second matrix or dropout and the residual, on rows that a product has just made.</summary>
internal sealed unsafe class LinearEpilogue : Epilogue
{
    private readonly VectorKernels _kernels;
    private readonly float* _bias;
    private Matrix _gelu, _residual;
    private Dropout _dropout;
    private int _width;

    public LinearEpilogue(VectorKernels kernels, float* bias)
    {
        _kernels = kernels;
        _bias = bias;
    }

    public bool HasWork => _bias != null || !_gelu.IsEmpty || !_residual.IsEmpty || _dropout.IsOn;

    public void Set(Matrix gelu, Matrix residual, Dropout dropout, int width) =>
        (_gelu, _residual, _dropout, _width) = (gelu, residual, dropout, width);

    /// <inheritdoc/>
    public override void Apply(float* values, int row, int column, int count)
    {
        if (_bias != null)
            _kernels.Add(_bias + column, values, count);
        if (_dropout.IsOn)
            _dropout.Apply(values, values, row, _width, column, count);
        if (!_residual.IsEmpty)
            _kernels.Add(_residual.At(row, column), values, count);
        if (!_gelu.IsEmpty)
            _kernels.Gelu(values, _gelu.At(row, column), count);
    }
}
