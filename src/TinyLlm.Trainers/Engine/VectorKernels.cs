using System.Runtime.Intrinsics.X86;

namespace TinyLlm.Trainers.Engine;

/// <summary>The loops over numbers, in one width; everything above them only decides who does which rows.</summary>
internal abstract unsafe class VectorKernels
{
    /// <summary>Gets the numbers in a register.</summary>
    public abstract int Lanes { get; }

    /// <summary>Gets the rows of a tile.</summary>
    public abstract int TileRows { get; }

    /// <summary>Gets the registers in a row of a full tile.</summary>
    public abstract int TileRegisters { get; }

    /// <summary>Gets the widest registers of this processor.</summary>
    /// <remarks>
    /// The instruction set decides and not what the runtime prefers: it may prefer 256 bits where 512 have twice the registers.
    /// </remarks>
    public static VectorWidth Widest =>
        Avx512F.IsSupported ? VectorWidth.Bits512 : Avx2.IsSupported && Fma.IsSupported ? VectorWidth.Bits256 : VectorWidth.Bits128;

    /// <summary>Returns the kernels of a width.</summary>
    public static VectorKernels Create(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new VectorKernels<Wide512>(),
        VectorWidth.Bits256 => new VectorKernels<Wide256>(),
        VectorWidth.Bits128 => new VectorKernels<Wide128>(),
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "The width is none of those that kernels are written for."),
    };

    /// <summary>C (+)= A·B for one tile: <see cref="TileRows"/> rows, <paramref name="registers"/> wide.</summary>
    /// <param name="k">The terms.</param>
    /// <param name="a">Number i of term k is at i·row + k·term.</param>
    /// <param name="row">The distance between two rows of A: 1 where they are packed.</param>
    /// <param name="term">The distance between two terms of A.</param>
    /// <param name="b">The registers of term k are at k·next.</param>
    /// <param name="next">The distance between two terms of B.</param>
    /// <param name="registers">The registers in a row of the tile.</param>
    /// <param name="c">The tile.</param>
    /// <param name="stride">The distance between two rows of C.</param>
    /// <param name="add">Whether the product is added to what C holds.</param>
    public abstract void Tile(int k, float* a, long row, long term, float* b, long next, int registers, float* c, int stride, bool add);

    /// <summary>y = y + the sum of <paramref name="rows"/> rows x.</summary>
    public abstract void AddRows(float* x, long stride, int rows, float* y, int count);

    /// <summary>y = x + y.</summary>
    public abstract void Add(float* x, float* y, int count);

    /// <summary>y = factor·x + y.</summary>
    public abstract void AddScaled(float factor, float* x, float* y, int count);

    /// <summary>y = factor·x.</summary>
    public abstract void Scale(float factor, float* x, float* y, int count);

    /// <summary>y = GELU(x).</summary>
    public abstract void Gelu(float* x, float* y, int count);

    /// <summary>dx = dy·GELU'(x).</summary>
    public abstract void GeluBackward(float* x, float* dy, float* dx, int count);

    /// <summary>y = SiLU(gate)·up.</summary>
    public abstract void SwiGlu(float* gate, float* up, float* y, int count);

    /// <summary>The gradients of both inputs of <see cref="SwiGlu"/>, from that of its output.</summary>
    public abstract void SwiGluBackward(float* gate, float* up, float* dy, float* dGate, float* dUp, int count);

    /// <summary>y = (x - mean)·scale·weight + bias; returns mean and scale = 1/√(variance + ε).</summary>
    public abstract (float Mean, float Scale) LayerNorm(float* x, float* weight, float* bias, float epsilon, float* y, int count);

    /// <summary>Adds to dx, dWeight and dBias; the latter two may both be null.</summary>
    public abstract void LayerNormBackward(
        float* x, float* weight, float mean, float scale, float* dy, float* dx, float* dWeight, float* dBias, int count);

    /// <summary>y = x·scale·weight; returns scale = 1/√(mean of x² + ε).</summary>
    public abstract float RmsNorm(float* x, float* weight, float epsilon, float* y, int count);

    /// <summary>Adds to dx, and to dWeight where it is not null.</summary>
    public abstract void RmsNormBackward(float* x, float* weight, float scale, float* dy, float* dx, float* dWeight, int count);

    /// <summary>Turns each pair (2i, 2i+1) by its angle; <paramref name="direction"/> -1 turns back.</summary>
    /// <param name="x">The pairs.</param>
    /// <param name="cosines">The cosine of each number's pair, so each twice.</param>
    /// <param name="sines">The sine of each number's pair, negative in the first place.</param>
    /// <param name="direction">1 or -1.</param>
    /// <param name="count">The numbers; even.</param>
    public abstract void Rotate(float* x, float* cosines, float* sines, float direction, int count);

    /// <summary>y = exp(factor·x - shift); returns the sum.</summary>
    public abstract float Exponentials(float* x, float factor, float shift, float* y, int count);

    /// <summary>Returns the sum of exp(x - shift).</summary>
    public abstract float SumOfExponentials(float* x, float shift, int count);

    public abstract float Largest(float* x, int count);

    public abstract float Dot(float* x, float* y, int count);

    /// <summary>dScores = probabilities·(dProbabilities - correction)·factor, in place of dProbabilities.</summary>
    public abstract void SoftmaxBackward(float* probabilities, float* dProbabilities, float correction, float factor, int count);
}
