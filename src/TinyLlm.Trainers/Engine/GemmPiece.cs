namespace TinyLlm.Trainers.Engine;

/// <summary>A part of a product: first items that pack its B where workers share a panel, then items that multiply.</summary>
internal sealed unsafe class GemmPiece(PackedProduct product, float* panel)
{
    /// <summary>The most terms that are summed in registers before C is written.</summary>
    public const int BlockTerms = 512;

    /// <summary>The most sums over some of the terms that are made apart from each other.</summary>
    public const int MostChunks = 32;

    /// <summary>The numbers of B that a worker packs for itself: with its rows of A they stay in a second-level cache of 1 MB.</summary>
    public const int OwnPanelNumbers = 3 << 16;

    private const int TermsPerPack = 32;

    private GemmCut _cut;
    private Matrix _a, _b, _a2, _b2, _c;
    private int _firstColumn, _packsPerBlock, _packsOfB, _rowItems;
    private bool _add;
    private Epilogue? _epilogue;

    /// <summary>Gets the items that pack: parts of every block of B, and the second pair's as one.</summary>
    public int PackCount => _cut.Reading == BReading.SharedPanel ? _packsOfB + (_b2.IsEmpty ? 0 : 1) : 0;

    /// <summary>Gets the items that multiply.</summary>
    public int TileCount => _rowItems * ((_c.Columns + _cut.ItemColumns - 1) / _cut.ItemColumns);

    private int Blocks => (_a.Columns + _cut.BlockTerms - 1) / _cut.BlockTerms;

    /// <summary>Returns the numbers of memory that each worker needs: for rows of A, for a tile, for columns of B.</summary>
    public static long ScratchNumbers(PackedProduct product) => OwnPanelAt(product) + OwnPanelNumbers;

    /// <summary>Sets what is multiplied.</summary>
    public void Set(in GemmCut cut, Matrix a, Matrix b, Matrix a2, Matrix b2, Matrix c, int firstColumn)
    {
        (_cut, _a, _b, _a2, _b2, _c, _firstColumn) = (cut, a, b, a2, b2, c, firstColumn);
        _rowItems = (a.Rows + cut.ItemRows - 1) / cut.ItemRows;
        _packsPerBlock = b.IsTransposed
            ? (b.Columns + product.StripColumns - 1) / product.StripColumns
            : (Math.Min(cut.BlockTerms, b.Rows) + TermsPerPack - 1) / TermsPerPack;
        _packsOfB = Blocks * _packsPerBlock;
    }

    /// <summary>Sets what becomes of the product.</summary>
    public void SetResult(bool add, Epilogue? epilogue) => (_add, _epilogue) = (add, epilogue);

    /// <summary>Does one item of packing.</summary>
    public void Pack(int item)
    {
        if (item < _packsOfB)
            PackB(item / _packsPerBlock * _cut.BlockTerms, item % _packsPerBlock);
        else
            product.PackColumns(_b2, PanelAt(_b.Rows, _b2.Rows, 0));
    }

    /// <summary>Does one item of multiplying.</summary>
    public void Multiply(int item, float* scratch)
    {
        var (row, column) = (item % _rowItems * _cut.ItemRows, item / _rowItems * _cut.ItemColumns);
        var (rows, columns) = (Math.Min(_cut.ItemRows, _c.Rows - row), Math.Min(_cut.ItemColumns, _c.Columns - column));
        var (a, c) = (_a.RowRange(row, rows), _c.Part(row, rows, column, columns));
        for (var first = 0; first < _a.Columns; first += _cut.BlockTerms)
        {
            var terms = Math.Min(_cut.BlockTerms, _a.Columns - first);
            var b = ReadB(first, terms, column, columns, scratch + OwnPanelAt(product));
            for (var block = 0; block < rows; block += product.BlockRows)
            {
                var count = Math.Min(product.BlockRows, rows - block);
                Multiply(a.Part(block, count, first, terms), b, c.RowRange(block, count), _add || first > 0, scratch);
            }
        }

        if (!_a2.IsEmpty)
            Multiply(_a2.RowRange(row, rows), ReadB2(column, columns), c, add: true, scratch);
        for (var i = 0; _epilogue is not null && i < rows; i++)
            _epilogue.Apply(c.At(i, 0), row + i, _firstColumn + column, columns);
    }

    private static long OwnPanelAt(PackedProduct product) => ((long)product.BlockRows * BlockTerms) + product.TileNumbers;

    // A whose rows are rows in memory is multiplied where it stands: its numbers are read one by one either way.
    private void Multiply(Matrix a, in PackedProduct.Side b, Matrix c, bool add, float* scratch)
    {
        var tile = scratch + ((long)product.BlockRows * BlockTerms);
        if (!a.IsTransposed || product.IsNarrow(c.Columns))
        {
            product.MultiplyInPlace(a, b, c, add, scratch, tile);
            return;
        }

        product.PackRows(a, scratch);
        product.Multiply(scratch, b, a.Columns, c, add, tile);
    }

    private PackedProduct.Side ReadB(int first, int terms, int column, int columns, float* ownPanel)
    {
        switch (_cut.Reading)
        {
            case BReading.InPlace:
                return PackedProduct.InPlace(_b.Part(first, terms, column, columns));
            case BReading.OwnPanel:
                product.PackColumns(_b.Part(first, terms, column, columns), ownPanel);
                return PackedProduct.Packed(ownPanel, terms);
            default:
                return PackedProduct.Packed(PanelAt(first, terms, column), terms);
        }
    }

    private PackedProduct.Side ReadB2(int column, int columns) => _cut.Reading == BReading.InPlace
        ? PackedProduct.InPlace(_b2.ColumnRange(column, columns))
        : PackedProduct.Packed(PanelAt(_b.Rows, _b2.Rows, column), _b2.Rows);

    private void PackB(int first, int part)
    {
        var terms = Math.Min(_cut.BlockTerms, _b.Rows - first);
        if (_b.IsTransposed)
        {
            var column = part * product.StripColumns;
            var columns = Math.Min(product.StripColumns, _b.Columns - column);
            product.PackColumns(_b.Part(first, terms, column, columns), PanelAt(first, terms, column));
        }
        else if (part * TermsPerPack < terms)
        {
            var start = part * TermsPerPack;
            var rows = _b.RowRange(first + start, Math.Min(TermsPerPack, terms - start));
            product.PackTerms(rows, start, terms, PanelAt(first, terms, 0));
        }
    }

    // Block after block; in a block strip after strip. The second pair follows the blocks of the first.
    private float* PanelAt(int firstTerm, int terms, int column) =>
        panel + ((long)firstTerm * product.Padded(_c.Columns)) + ((long)column * terms);
}
