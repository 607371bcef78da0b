using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Layers;

/// <summary>Multiplies the gradient of GELU's output, as a product makes its rows, with the slope at GELU's input.</summary>
internal sealed unsafe class GeluSlope(VectorKernels kernels) : Epilogue
{
    private Matrix _before;

    /// <summary>Returns this for the input <paramref name="before"/>. [R, F]</summary>
    public GeluSlope At(Matrix before)
    {
        _before = before;
        return this;
    }

    /// <inheritdoc/>
    public override void Apply(float* values, int row, int column, int count) =>
        kernels.GeluBackward(_before.At(row, column), values, values, count);
}
