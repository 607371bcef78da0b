using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Layers;

/// <summary>The update s·B·A of a frozen matrix, with s = α/r (LoRA, <see href="https://arxiv.org/abs/2106.09685"/>).</summary>
/// <remarks>It runs in the pass of the matrix itself: the thin products are a second pair of that product's operands.</remarks>
internal sealed unsafe class LowRankPair
{
    private readonly Processor _processor;
    private readonly Matrix _gradientA, _gradientB;
    private readonly Matrix _low, _dLow, _dropped;
    private readonly ScaleRows _scale;
    private readonly MaskRows _mask = new();
    private readonly DropoutRows _dropoutRows;
    private readonly float _rate;
    private readonly int _place;
    private readonly SelectedRows _rows;
    private Dropout _dropout;

    /// <summary>Makes a pair.</summary>
    /// <param name="processor">What it computes with.</param>
    /// <param name="arena">Where the thin activations live.</param>
    /// <param name="a">A. [r, in]</param>
    /// <param name="b">B. [out, r]</param>
    /// <param name="scale">s = α/r.</param>
    /// <param name="rows">The most rows of a batch.</param>
    /// <param name="dropout">The share of inputs that are dropped before A.</param>
    /// <param name="dropped">Memory for the input after dropout; may be shared by pairs, and empty without dropout. [rows, in]</param>
    /// <param name="place">The pair's number among all places of dropout.</param>
    /// <param name="selected">The rows of a batch that the pair sees.</param>
    public LowRankPair(
        Processor processor, Arena arena, Parameter a, Parameter b, float scale, int rows, float dropout, Matrix dropped, int place,
        SelectedRows selected)
    {
        (_processor, _rate, _dropped, _place, _rows) = (processor, dropout, dropped, place, selected);
        A = new Matrix(a.Weights, (int)a.Shape[0], (int)a.Shape[1]);
        B = new Matrix(b.Weights, (int)b.Shape[0], (int)b.Shape[1]);
        (_gradientA, _gradientB) = (new Matrix(a.Gradients, A.Rows, A.Columns), new Matrix(b.Gradients, B.Rows, B.Columns));
        (_low, _dLow) = (arena.Take(rows, A.Rows), arena.Take(rows, A.Rows));
        (_scale, _dropoutRows) = (new ScaleRows(processor.Kernels, scale), new DropoutRows(processor));
    }

    /// <summary>Gets A. [r, in]</summary>
    public Matrix A { get; }

    /// <summary>Gets B. [out, r]</summary>
    public Matrix B { get; }

    public bool HasDropout => _dropout.IsOn;

    /// <summary>Sets this step's dropout seed; null turns dropout off.</summary>
    public void SetSeed(ulong? seed) =>
        _dropout = seed is { } value && _rate > 0 ? _rows.Of(Dropout.At(_rate, value, _place)) : Dropout.None;

    /// <summary>Returns s·x·Aᵀ, which the backward pass needs too. [R, r]</summary>
    public Matrix Forward(Matrix x)
    {
        var low = _low.RowRange(0, x.Rows);
        _processor.Gemm.Multiply(Dropped(x), A.Transposed, low, add: false, _scale);
        return low;
    }

    /// <summary>Adds the gradients of A and B and returns that of x·Aᵀ. [R, r]</summary>
    public Matrix Backward(Matrix x, Matrix dy)
    {
        var dLow = _dLow.RowRange(0, x.Rows);
        _processor.Gemm.Multiply(dy, B, dLow, add: false, _scale);                                      // [R, r]
        // With r as rows, as columns would fill half a register.
        _processor.Gemm.Multiply(_low.RowRange(0, x.Rows).Transposed, dy, _gradientB.Transposed, add: true);    // [r, out]
        _processor.Gemm.Multiply(dLow.Transposed, Dropped(x), _gradientA, add: true);                   // [r, in]
        return dLow;
    }

    /// <summary>dx (+)= mask·(dLow·A). [R, in]</summary>
    public void BackwardThroughDropout(Matrix dLow, Matrix dx, bool add)
    {
        var masked = _dropped.Part(0, dx.Rows, 0, dx.Columns);
        _mask.Dropout = _dropout;
        _mask.Width = dx.Columns;
        _mask.Target = add ? dx : default;
        _mask.Kernels = _processor.Kernels;
        _processor.Gemm.Multiply(dLow, A, add ? masked : dx, add: false, _mask);
    }

    private Matrix Dropped(Matrix x) => _dropoutRows.Apply(_dropout, x, _dropped.Part(0, x.Rows, 0, x.Columns));

    private sealed class ScaleRows(VectorKernels kernels, float factor) : Epilogue
    {
        public override void Apply(float* values, int row, int column, int count) => kernels.Scale(factor, values, values, count);
    }

    private sealed class MaskRows : Epilogue
    {
        public VectorKernels? Kernels { get; set; }

        public Dropout Dropout { get; set; }

        public int Width { get; set; }

        /// <summary>Gets or sets what the masked rows are added to; empty: they stay where they are.</summary>
        public Matrix Target { get; set; }

        public override void Apply(float* values, int row, int column, int count)
        {
            Dropout.Apply(values, values, row, Width, column, count);
            if (!Target.IsEmpty)
                Kernels!.Add(values, Target.At(row, column), count);
        }
    }
}
