namespace TinyLlm.Trainers.Engine;

/// <summary>C (+)= A·B, and optionally + A₂·B₂ in the same pass, by all workers.</summary>
/// <remarks>
/// B is packed once, by all, then rows of A are packed by whoever multiplies them. K is cut into blocks of a fixed length and each element is summed by
/// one worker block after block, so that neither the number of workers nor their order shows in the result.
/// </remarks>
internal sealed unsafe class Gemm
{
    /// <summary>The most terms that are summed in registers before C is written.</summary>
    private const int BlockTerms = 512;

    // Work is cut into about this many pieces whatever the number of workers: enough that the last one to end keeps the others waiting for little.
    private const int WantedItems = 32;

    private readonly WorkerPool _pool;
    private readonly PackedProduct _product;
    private readonly PackItems _packing;
    private readonly TileItems _tiles;
    private readonly float* _panel;
    private readonly long _panelNumbers;
    private readonly float* _scratch;
    private readonly long _scratchNumbers;
    private Matrix _a, _b, _a2, _b2, _c;
    private int _blockTerms, _blocks, _rowBlocks, _groupStrips;
    private bool _add;
    private Epilogue? _epilogue;

    /// <summary>Makes products for matrices of up to <paramref name="panelNumbers"/> numbers in one piece; larger ones are cut.</summary>
    public Gemm(WorkerPool pool, VectorKernels kernels, Arena arena, long panelNumbers)
    {
        _pool = pool;
        _product = new PackedProduct(kernels);
        _panelNumbers = Math.Max(panelNumbers, (long)_product.StripColumns * 2 * BlockTerms);
        _panel = arena.Take(_panelNumbers);
        _scratchNumbers = ((long)_product.BlockRows * BlockTerms) + _product.TileNumbers;
        _scratch = arena.Take(_scratchNumbers * pool.Workers);
        (_packing, _tiles) = (new PackItems(this), new TileItems(this));
    }

    /// <summary>Gets the rows, columns and terms of the product that was computed last.</summary>
    public (int Rows, int Columns, int Terms) Last { get; private set; }

    /// <summary>C = A·B or C += A·B. [M, N]</summary>
    public void Multiply(Matrix a, Matrix b, Matrix c, bool add = false, Epilogue? epilogue = null) =>
        Multiply(a, b, default, default, c, add, epilogue);

    /// <summary>C (+)= A·B + A₂·B₂. [M, N]</summary>
    /// <param name="a">[M, K]</param>
    /// <param name="b">[K, N]</param>
    /// <param name="a2">[M, r] with a small r, or empty.</param>
    /// <param name="b2">[r, N], or empty.</param>
    /// <param name="c">[M, N]</param>
    /// <param name="add">Whether to add to what is in <paramref name="c"/>.</param>
    /// <param name="epilogue">What to do with the finished rows.</param>
    public void Multiply(Matrix a, Matrix b, Matrix a2, Matrix b2, Matrix c, bool add = false, Epilogue? epilogue = null)
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns || a2.Columns != b2.Rows || a2.Columns > BlockTerms)
        {
            throw new ArgumentException(
                $"[{a.Rows}, {a.Columns}]·[{b.Rows}, {b.Columns}] + [{a2.Rows}, {a2.Columns}]·[{b2.Rows}, {b2.Columns}] does not make [{c.Rows}, {c.Columns}].");
        }

        Last = (c.Rows, c.Columns, a.Columns);
        // Even blocks: 768 terms are two of 384 and not one of 512 and one of 256.
        var evenBlocks = (a.Columns + BlockTerms - 1) / BlockTerms;
        _blockTerms = (((a.Columns + evenBlocks - 1) / evenBlocks) + 7) / 8 * 8;
        var mostColumns = Math.Min(c.Columns, Math.Max(_product.StripColumns, ColumnsThatFit(Math.Min(a.Columns, 4 * BlockTerms) + a2.Columns)));
        var mostTerms = Math.Max(1, ((_panelNumbers / _product.Padded(mostColumns)) - a2.Columns) / _blockTerms) * _blockTerms;
        for (var column = 0; column < c.Columns; column += mostColumns)
        {
            var columns = Math.Min(mostColumns, c.Columns - column);
            for (var term = 0; term < a.Columns; term += (int)Math.Min(int.MaxValue / 2, mostTerms))
            {
                var terms = (int)Math.Min(mostTerms, a.Columns - term);
                var isLast = term + terms == a.Columns;
                (_a, _b) = (a.ColumnRange(term, terms), b.Part(term, terms, column, columns));
                (_a2, _b2) = isLast && !a2.IsEmpty ? (a2, b2.ColumnRange(column, columns)) : default;
                _c = c.ColumnRange(column, columns);
                (_add, _epilogue) = (add || term > 0, isLast ? epilogue : null);
                RunPiece(column);
            }
        }
    }

    private int ColumnsThatFit(int terms) => (int)Math.Min(int.MaxValue, _panelNumbers / terms / _product.StripColumns * _product.StripColumns);

    private void RunPiece(int firstColumn)
    {
        _blocks = (_a.Columns + _blockTerms - 1) / _blockTerms;
        var strips = (_c.Columns + _product.StripColumns - 1) / _product.StripColumns;
        _rowBlocks = (_c.Rows + _product.BlockRows - 1) / _product.BlockRows;
        var groups = Math.Clamp((WantedItems + _rowBlocks - 1) / _rowBlocks, 1, (strips + 1) / 2);
        _groupStrips = (strips + groups - 1) / groups;
        _tiles.FirstColumn = firstColumn;
        _pool.Run(_packing, strips * (_blocks + (_b2.IsEmpty ? 0 : 1)));
        _pool.Run(_tiles, _rowBlocks * ((strips + _groupStrips - 1) / _groupStrips));
    }

    // Block after block; in a block strip after strip. The blocks of the second pair follow those of the first.
    private float* PanelAt(int firstTerm, int terms, int column) =>
        _panel + ((long)firstTerm * _product.Padded(_c.Columns)) + ((long)column * terms);

    private sealed class PackItems(Gemm gemm) : WorkItems
    {
        public override void Execute(int item, int worker)
        {
            var product = gemm._product;
            var block = item % (gemm._blocks + (gemm._b2.IsEmpty ? 0 : 1));
            var column = item / (gemm._blocks + (gemm._b2.IsEmpty ? 0 : 1)) * product.StripColumns;
            var (b, first) = block < gemm._blocks ? (gemm._b, block * gemm._blockTerms) : (gemm._b2, 0);
            var terms = Math.Min(gemm._blockTerms, b.Rows - first);
            var columns = Math.Min(product.StripColumns, b.Columns - column);
            var start = block < gemm._blocks ? first : gemm._b.Rows;
            product.PackColumns(b.Part(first, terms, column, columns), gemm.PanelAt(start, terms, column));
        }
    }

    private sealed class TileItems(Gemm gemm) : WorkItems
    {
        public int FirstColumn { get; set; }

        public override void Execute(int item, int worker)
        {
            var product = gemm._product;
            var scratch = gemm._scratch + (worker * gemm._scratchNumbers);
            var row = item % gemm._rowBlocks * product.BlockRows;
            var rows = Math.Min(product.BlockRows, gemm._c.Rows - row);
            var column = item / gemm._rowBlocks * gemm._groupStrips * product.StripColumns;
            var columns = Math.Min(gemm._groupStrips * product.StripColumns, gemm._c.Columns - column);
            var c = gemm._c.Part(row, rows, column, columns);
            for (var block = 0; block < gemm._blocks; block++)
            {
                var first = block * gemm._blockTerms;
                var terms = Math.Min(gemm._blockTerms, gemm._a.Columns - first);
                Multiply(gemm._a.Part(row, rows, first, terms), first, gemm._add || block > 0);
            }

            if (!gemm._a2.IsEmpty)
                Multiply(gemm._a2.RowRange(row, rows), gemm._a.Columns, add: true);
            if (gemm._epilogue is { } epilogue)
            {
                for (var i = 0; i < rows; i++)
                    epilogue.Apply(c.At(i, 0), row + i, FirstColumn + column, columns);
            }

            void Multiply(Matrix a, int first, bool add)
            {
                product.PackRows(a, scratch);
                var tile = scratch + ((long)product.BlockRows * BlockTerms);
                product.Multiply(scratch, gemm.PanelAt(first, a.Columns, column), a.Columns, c, add, tile);
            }
        }
    }
}
