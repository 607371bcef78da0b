namespace TinyLlm.Trainers.Engine;

/// <summary>C (+)= A·B, and optionally + A₂·B₂ in the same pass, by all workers.</summary>
/// <remarks>
/// B is packed once, by all, then rows of A are packed by whoever multiplies them. K is cut into blocks of a fixed length and each
/// element is summed by one worker block after block, so that neither the number of workers nor their order shows in the result.
/// </remarks>
internal sealed unsafe class Gemm
{
    /// <summary>The most terms that are summed in registers before C is written.</summary>
    private const int BlockTerms = 512;

    // Work is cut into about this many pieces whatever the number of workers: enough that the last one to end keeps the others waiting
    // for little.
    private const int WantedItems = 24;

    // With fewer columns than this, packing a row of A costs more than a twentieth of multiplying it.
    private const int FewColumns = 512;

    private readonly WorkerPool _pool;
    private readonly PackedProduct _product;
    private readonly PackItems _packing;
    private readonly TileItems _tiles;
    private readonly float* _panel;
    private readonly long _panelNumbers;
    private readonly float* _scratch;
    private readonly long _scratchNumbers;
    private Matrix _a, _b, _a2, _b2, _c;
    private int _blockTerms, _blocks, _itemRows, _rowItems, _itemColumns;
    private bool _add, _sharesRows;
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
                $"[{a.Rows}, {a.Columns}]·[{b.Rows}, {b.Columns}] + [{a2.Rows}, {a2.Columns}]·[{b2.Rows}, {b2.Columns}] "
                + $"does not make [{c.Rows}, {c.Columns}].");
        }

        Last = (c.Rows, c.Columns, a.Columns);
        // Even blocks: 768 terms are two of 384 and not one of 512 and one of 256.
        var evenBlocks = (a.Columns + BlockTerms - 1) / BlockTerms;
        _blockTerms = (((a.Columns + evenBlocks - 1) / evenBlocks) + 7) / 8 * 8;
        var wantedTerms = Math.Min(a.Columns, 4 * BlockTerms) + a2.Columns;
        var mostColumns = Math.Min(c.Columns, Math.Max(_product.StripColumns, ColumnsThatFit(wantedTerms)));
        CutIntoItems(a, mostColumns);
        var panel = _sharesRows ? _panelNumbers / 2 : _panelNumbers;
        var mostTerms = (int)Math.Max(1, ((panel / _product.Padded(mostColumns)) - a2.Columns) / _blockTerms) * _blockTerms;
        for (var column = 0; column < c.Columns; column += mostColumns)
        {
            var columns = Math.Min(mostColumns, c.Columns - column);
            for (var term = 0; term < a.Columns; term += mostTerms)
            {
                var terms = Math.Min(mostTerms, a.Columns - term);
                var isLast = term + terms == a.Columns;
                _b = b.Part(term, terms, column, columns);
                (_a2, _b2) = isLast && !a2.IsEmpty ? (a2, b2.ColumnRange(column, columns)) : default;
                (_add, _epilogue) = (add || term > 0, isLast ? epilogue : null);
                RunRows(a.ColumnRange(term, terms), c.ColumnRange(column, columns), column);
            }
        }
    }

    private void RunRows(Matrix a, Matrix c, int column)
    {
        _blocks = (a.Columns + _blockTerms - 1) / _blockTerms;
        var left = _panelNumbers - ((long)(a.Columns + _a2.Columns) * _product.Padded(c.Columns));
        var mostRows = _sharesRows ? (int)Math.Max(1, left / a.Columns / _itemRows) * _itemRows : a.Rows;
        for (var row = 0; row < a.Rows; row += mostRows)
        {
            var rows = Math.Min(mostRows, a.Rows - row);
            (_a, _c) = (a.RowRange(row, rows), c.RowRange(row, rows));
            _rowItems = (rows + _itemRows - 1) / _itemRows;
            (_tiles.FirstRow, _tiles.FirstColumn) = (row, column);
            _pool.Run(_packing, _packing.Count(withB: row == 0));
            _pool.Run(_tiles, _rowItems * ((c.Columns + _itemColumns - 1) / _itemColumns));
        }
    }

    private int ColumnsThatFit(int terms) => (int)Math.Min(1 << 30, _panelNumbers / terms / _product.StripColumns * _product.StripColumns);

    // An item packs its rows of A, which pays where it multiplies them with many columns: rather few rows than few columns.
    private void CutIntoItems(Matrix a, int columns)
    {
        var strips = (columns + _product.StripColumns - 1) / _product.StripColumns;
        _itemRows = _product.BlockRows;
        var rowItems = (a.Rows + _itemRows - 1) / _itemRows;
        var groups = Math.Clamp(columns / FewColumns, 1, (WantedItems + rowItems - 1) / rowItems);
        if (rowItems * groups < WantedItems && !a.IsTransposed)
        {
            _itemRows = _product.HalfBlockRows;
            rowItems = (a.Rows + _itemRows - 1) / _itemRows;
        }

        groups = Math.Max(groups, Math.Clamp((WantedItems + rowItems - 1) / rowItems, 1, (strips + 1) / 2));

        _itemColumns = (strips + groups - 1) / groups * _product.StripColumns;
        // A too is packed once for all where an item has few columns for its rows, and where its rows do not stand in memory as rows.
        _sharesRows = !a.IsTransposed && groups > 1 && _itemColumns < FewColumns && !_product.IsThin(columns);
    }

    // Block after block; in a block strip after strip. The blocks of the second pair follow those of the first.
    private float* PanelAt(int firstTerm, int terms, int column) =>
        _panel + ((long)firstTerm * _product.Padded(_c.Columns)) + ((long)column * terms);

    // Rows of A behind all of B: item after item, in an item block after block.
    private float* SharedRowsAt(int firstTerm, int row, int rows)
    {
        var behindB = _panel + ((long)(_b.Rows + _b2.Rows) * _product.Padded(_c.Columns));
        return behindB + ((long)row * _a.Columns) + ((long)firstTerm * _product.PaddedRows(rows));
    }

    private sealed class PackItems(Gemm gemm) : WorkItems
    {
        private const int TermsPerItem = 32;

        private int _perBlock, _blocks, _second;

        /// <summary>Returns the items: pieces of every block of B, the second pair as one, and rows of A where they are shared.</summary>
        public int Count(bool withB)
        {
            _perBlock = gemm._b.IsTransposed
                ? (gemm._b.Columns + gemm._product.StripColumns - 1) / gemm._product.StripColumns
                : (Math.Min(gemm._blockTerms, gemm._b.Rows) + TermsPerItem - 1) / TermsPerItem;
            (_blocks, _second) = withB ? (gemm._blocks * _perBlock, gemm._b2.IsEmpty ? 0 : 1) : (0, 0);
            return _blocks + _second + (gemm._sharesRows ? gemm._blocks * gemm._rowItems : 0);
        }

        public override void Execute(int item, int worker)
        {
            var product = gemm._product;
            if (item >= _blocks + _second)
            {
                var (rowItem, block) = Math.DivRem(item - _blocks - _second, gemm._blocks);
                var (row, term) = (rowItem * gemm._itemRows, block * gemm._blockTerms);
                var rows = Math.Min(gemm._itemRows, gemm._a.Rows - row);
                var part = gemm._a.Part(row, rows, term, Math.Min(gemm._blockTerms, gemm._a.Columns - term));
                product.PackRows(part, gemm.SharedRowsAt(term, row, rows));
                return;
            }

            if (item >= _blocks)
            {
                product.PackColumns(gemm._b2, gemm.PanelAt(gemm._b.Rows, gemm._b2.Rows, 0));
                return;
            }

            var (index, piece) = Math.DivRem(item, _perBlock);
            var first = index * gemm._blockTerms;
            var terms = Math.Min(gemm._blockTerms, gemm._b.Rows - first);
            if (gemm._b.IsTransposed)
            {
                var column = piece * product.StripColumns;
                var columns = Math.Min(product.StripColumns, gemm._b.Columns - column);
                product.PackColumns(gemm._b.Part(first, terms, column, columns), gemm.PanelAt(first, terms, column));
            }
            else if (piece * TermsPerItem < terms)
            {
                var start = piece * TermsPerItem;
                var part = gemm._b.RowRange(first + start, Math.Min(TermsPerItem, terms - start));
                product.PackTerms(part, start, terms, gemm.PanelAt(first, terms, 0));
            }
        }
    }

    private sealed class TileItems(Gemm gemm) : WorkItems
    {
        public int FirstRow { get; set; }

        public int FirstColumn { get; set; }

        public override void Execute(int item, int worker)
        {
            var product = gemm._product;
            var scratch = gemm._scratch + (worker * gemm._scratchNumbers);
            var tile = scratch + ((long)product.BlockRows * BlockTerms);
            var (group, rowItem) = Math.DivRem(item, gemm._rowItems);
            var (row, column) = (rowItem * gemm._itemRows, group * gemm._itemColumns);
            var rows = Math.Min(gemm._itemRows, gemm._c.Rows - row);
            var c = gemm._c.Part(row, rows, column, Math.Min(gemm._itemColumns, gemm._c.Columns - column));
            for (var first = 0; first < gemm._a.Columns; first += gemm._blockTerms)
            {
                var terms = Math.Min(gemm._blockTerms, gemm._a.Columns - first);
                var (part, add) = (gemm._a.Part(row, rows, first, terms), gemm._add || first > 0);
                var panel = gemm.PanelAt(first, terms, column);
                if (product.IsThin(gemm._c.Columns))
                {
                    product.MultiplyThin(part, panel, c, add, scratch, tile);
                    continue;
                }

                var packed = gemm._sharesRows ? gemm.SharedRowsAt(first, row, rows) : scratch;
                if (!gemm._sharesRows)
                    product.PackRows(part, packed);
                product.Multiply(packed, panel, terms, c, add, tile);
            }

            if (!gemm._a2.IsEmpty)
            {
                product.PackRows(gemm._a2.RowRange(FirstRow + row, rows), scratch);
                product.Multiply(scratch, gemm.PanelAt(gemm._a.Columns, gemm._a2.Columns, column), gemm._a2.Columns, c, add: true, tile);
            }

            if (gemm._epilogue is { } epilogue)
            {
                for (var i = 0; i < rows; i++)
                    epilogue.Apply(c.At(i, 0), FirstRow + row + i, FirstColumn + column, c.Columns);
            }
        }
    }
}
