namespace TinyLlm.Trainers.Engine;

/// <summary>C (+)= A·B, and optionally + A₂·B₂ in the same pass, by all workers.</summary>
/// <remarks>
/// B is packed by all workers, piece after piece, and the next piece while this one is multiplied: packing waits for memory and multiplying does not. K is
/// cut into blocks of a fixed length and each element is summed by one worker block after block, so that neither the number of workers nor their order
/// shows in the result.
/// </remarks>
internal sealed unsafe class Gemm : WorkItems
{
    private readonly WorkerPool _pool;
    private readonly PackedProduct _product;
    private readonly long _panelNumbers;
    private readonly float* _scratch;
    private readonly long _scratchNumbers;
    private GemmPiece _current, _next;
    private int _tiles, _packs;

    /// <summary>Makes products for matrices of up to <paramref name="panelNumbers"/> numbers in one piece; larger ones are cut.</summary>
    public Gemm(WorkerPool pool, VectorKernels kernels, Arena arena, long panelNumbers)
    {
        _pool = pool;
        _product = new PackedProduct(kernels);
        _panelNumbers = Math.Max(panelNumbers, (long)_product.StripColumns * 2 * GemmPiece.BlockTerms);
        (_current, _next) = (new GemmPiece(_product, arena.Take(_panelNumbers)), new GemmPiece(_product, arena.Take(_panelNumbers)));
        _scratchNumbers = GemmPiece.ScratchNumbers(_product);
        _scratch = arena.Take(_scratchNumbers * pool.Workers);
    }

    /// <summary>Gets the rows, columns and terms of the product that was computed last, and how many there were; for measurements.</summary>
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
        _tiles = 0;                                                     // an item that threw may have left some
        Last = (c.Rows, c.Columns, a.Columns, Last.Number + 1);
        var cut = new GemmCut(_product, a, c.Columns, a2.Columns, _panelNumbers);
        for (var column = 0; column < c.Columns; column += cut.PieceColumns)
        {
            var columns = Math.Min(cut.PieceColumns, c.Columns - column);
            for (var term = 0; term < a.Columns; term += cut.PieceTerms)
            {
                var terms = Math.Min(cut.PieceTerms, a.Columns - term);
                var isLast = term + terms == a.Columns;
                var (pieceA, pieceB) = (a.ColumnRange(term, terms), b.Part(term, terms, column, columns));
                var (pieceA2, pieceB2) = isLast && !a2.IsEmpty ? (a2, b2.ColumnRange(column, columns)) : default;
                _next.Set(cut, pieceA, pieceB, pieceA2, pieceB2, c.ColumnRange(column, columns), column);
                _next.SetResult(add || term > 0, isLast ? epilogue : null);
                Run(_next.PackCount);
                (_current, _next) = (_next, _current);
                _tiles = _current.TileCount;
            }
        }

        Run(packs: 0);
    }

    /// <inheritdoc/>
    public override void Execute(int item, int worker)
    {
        // Half of the packing is spread evenly, so that it has memory to itself. The other half comes last: it is in small items, and the
        // workers end at about the same time.
        var early = _packs / 2;
        if (item >= _tiles + early)
        {
            _next.Pack(item - _tiles);
            return;
        }

        var pack = (int)((long)item * early / (_tiles + early));
        if ((int)((item + 1L) * early / (_tiles + early)) > pack)
            _next.Pack(pack);
        else
            _current.Multiply(item - pack, _scratch + (worker * _scratchNumbers));
    }

    private void Run(int packs)
    {
        _packs = packs;
        _pool.Run(this, _tiles + packs);
    }
}
