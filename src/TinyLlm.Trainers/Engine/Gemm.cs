namespace TinyLlm.Trainers.Engine;

/// <summary>C (+)= A·B, and optionally + A₂·B₂ in the same pass, by all workers.</summary>
/// <remarks>
/// Workers share as little as they can, as what one has written or packed takes long to reach another: they read B where it stands where
/// that is as fast, pack for themselves what nobody else needs, and share a packed panel otherwise. K is cut into blocks and chunks of
/// fixed lengths and each element is summed in their order, so that neither the number of workers nor their order shows in the result.
/// </remarks>
internal sealed unsafe class Gemm : WorkItems
{
    private readonly WorkerPool _pool;
    private readonly PackedProduct _product;
    private readonly long _panelNumbers;
    private readonly GemmPiece _piece;
    private readonly GemmChunks _chunks;
    private readonly float* _scratch;
    private readonly long _scratchNumbers;
    private Phase _phase;

    /// <summary>Makes products for matrices of up to <paramref name="panelNumbers"/> numbers in one piece; larger ones are cut.</summary>
    public Gemm(WorkerPool pool, VectorKernels kernels, Arena arena, long panelNumbers)
    {
        _pool = pool;
        _product = new PackedProduct(kernels);
        _panelNumbers = Math.Max(panelNumbers, (long)_product.StripColumns * 2 * GemmPiece.BlockTerms);
        var panel = arena.Take(_panelNumbers);
        (_piece, _chunks) = (new GemmPiece(_product, panel), new GemmChunks(_product, kernels, panel));
        _scratchNumbers = GemmPiece.ScratchNumbers(_product);
        _scratch = arena.Take(_scratchNumbers * pool.Workers);
    }

    private enum Phase
    {
        Packing,
        Multiplying,
        MultiplyingChunks,
    }

    /// <summary>
    /// Gets the rows, columns and terms of the product that was computed last, and how many there were; for measurements.
    /// </summary>
    public (int Rows, int Columns, int Terms, long Number) Last { get; private set; }

    /// <summary>C = A·B or C += A·B. [M, N]</summary>
    public void Multiply(Matrix a, Matrix b, Matrix c, bool add = false, Epilogue? epilogue = null) =>
        Multiply(a, b, default, default, c, add, epilogue);

    /// <summary>C (+)= A·B + A₂·B₂. [M, N]</summary>
    /// <param name="a">[M, K]</param>
    /// <param name="b">[K, N], in 32 bits or BF16.</param>
    /// <param name="a2">[M, r] with a small r, or empty.</param>
    /// <param name="b2">[r, N], or empty.</param>
    /// <param name="c">[M, N]</param>
    /// <param name="add">Whether to add to what is in <paramref name="c"/>.</param>
    /// <param name="epilogue">What to do with the finished rows.</param>
    public void Multiply(Matrix a, Matrix b, Matrix a2, Matrix b2, Matrix c, bool add = false, Epilogue? epilogue = null)
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns || a2.Columns != b2.Rows || a2.Columns > GemmPiece.BlockTerms)
        {
            throw new ArgumentException(
                $"[{a.Rows}, {a.Columns}]·[{b.Rows}, {b.Columns}] + [{a2.Rows}, {a2.Columns}]·[{b2.Rows}, {b2.Columns}] "
                + $"does not make [{c.Rows}, {c.Columns}].");
        }

        if (a.IsBFloat16 || a2.IsBFloat16 || b2.IsBFloat16 || c.IsBFloat16)
            throw new ArgumentException("Only the right side of a product, B, may be in BF16.");
        Last = (c.Rows, c.Columns, a.Columns, Last.Number + 1);
        var cut = new GemmCut(_product, a, b, b2, _panelNumbers);
        if (cut.Chunks > 0)
        {
            Run(Phase.MultiplyingChunks, _chunks.Set(cut, a, b, c));
            _chunks.Add(_pool, cut, c, add, epilogue);
            return;
        }

        for (var column = 0; column < c.Columns; column += cut.PieceColumns)
        {
            var columns = Math.Min(cut.PieceColumns, c.Columns - column);
            for (var term = 0; term < a.Columns; term += cut.PieceTerms)
            {
                var terms = Math.Min(cut.PieceTerms, a.Columns - term);
                var isLast = term + terms == a.Columns;
                var (pieceA, pieceB) = (a.ColumnRange(term, terms), b.Part(term, terms, column, columns));
                var (pieceA2, pieceB2) = isLast && !a2.IsEmpty ? (a2, b2.ColumnRange(column, columns)) : default;
                _piece.Set(cut, pieceA, pieceB, pieceA2, pieceB2, c.ColumnRange(column, columns), column);
                _piece.SetResult(add || term > 0, isLast ? epilogue : null);
                Run(Phase.Packing, _piece.PackCount);
                Run(Phase.Multiplying, _piece.TileCount);
            }
        }
    }

    /// <inheritdoc/>
    public override void Execute(int item, int worker)
    {
        var scratch = _scratch + (worker * _scratchNumbers);
        if (_phase == Phase.Packing)
            _piece.Pack(item);
        else if (_phase == Phase.Multiplying)
            _piece.Multiply(item, scratch);
        else
            _chunks.Multiply(item, scratch);
    }

    private void Run(Phase phase, int items)
    {
        _phase = phase;
        if (items > 0)
            _pool.Run(this, items);
    }
}
