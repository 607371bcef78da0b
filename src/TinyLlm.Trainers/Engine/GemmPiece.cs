namespace TinyLlm.Trainers.Engine;

/// <summary>A part of a product whose B fits a panel: first items that pack it, then items that multiply.</summary>
internal sealed unsafe class GemmPiece
{
    /// <summary>The most terms that are summed in registers before C is written.</summary>
    public const int BlockTerms = 512;

    private const int TermsPerPack = 32;

    private readonly PackedProduct _product;
    private readonly float* _panel;
    private GemmCut _cut;
    private Matrix _a, _b, _a2, _b2, _c;
    private int _firstColumn, _packsPerBlock, _packsOfB, _rowItems;
    private bool _add;
    private Epilogue? _epilogue;

    public GemmPiece(PackedProduct product, float* panel)
    {
        _product = product;
        _panel = panel;
    }

    /// <summary>Gets the items that pack: pieces of every block of B, and the second pair's as one.</summary>
    public int PackCount => _packsOfB + (_b2.IsEmpty ? 0 : 1);

    /// <summary>Gets the items that multiply.</summary>
    public int TileCount => _rowItems * ((_c.Columns + _cut.ItemColumns - 1) / _cut.ItemColumns);

    private int Blocks => (_a.Columns + _cut.BlockTerms - 1) / _cut.BlockTerms;

    /// <summary>Returns the numbers of memory that each worker needs.</summary>
    public static long ScratchNumbers(PackedProduct product) => ((long)product.BlockRows * BlockTerms) + product.TileNumbers;

    /// <summary>Sets what is multiplied.</summary>
    public void Set(in GemmCut cut, Matrix a, Matrix b, Matrix a2, Matrix b2, Matrix c, int firstColumn)
    {
        (_cut, _a, _b, _a2, _b2, _c, _firstColumn) = (cut, a, b, a2, b2, c, firstColumn);
        _rowItems = (a.Rows + cut.ItemRows - 1) / cut.ItemRows;
        _packsPerBlock = b.IsTransposed
            ? (b.Columns + _product.StripColumns - 1) / _product.StripColumns
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
            _product.PackColumns(_b2, PanelAt(_b.Rows, _b2.Rows, 0));
    }

    /// <summary>Does one item of multiplying.</summary>
    public void Multiply(int item, float* scratch)
    {
        var tile = scratch + ((long)_product.BlockRows * BlockTerms);
        var (row, column) = (item % _rowItems * _cut.ItemRows, item / _rowItems * _cut.ItemColumns);
        var rows = Math.Min(_cut.ItemRows, _c.Rows - row);
        var c = _c.Part(row, rows, column, Math.Min(_cut.ItemColumns, _c.Columns - column));
        for (var first = 0; first < _a.Columns; first += _cut.BlockTerms)
        {
            var terms = Math.Min(_cut.BlockTerms, _a.Columns - first);
            var (part, add) = (_a.Part(row, rows, first, terms), _add || first > 0);
            var panel = PanelAt(first, terms, column);
            // A whose rows are rows in memory is multiplied where it stands: its numbers are read one by one either way.
            if (!part.IsTransposed || _product.IsNarrow(c.Columns))
            {
                _product.MultiplyInPlace(part, panel, c, add, scratch, tile);
                continue;
            }

            _product.PackRows(part, scratch);
            _product.Multiply(scratch, panel, terms, c, add, tile);
        }

        if (!_a2.IsEmpty)
        {
            _product.PackRows(_a2.RowRange(row, rows), scratch);
            _product.Multiply(scratch, PanelAt(_a.Columns, _a2.Columns, column), _a2.Columns, c, add: true, tile);
        }

        for (var i = 0; _epilogue is not null && i < rows; i++)
            _epilogue.Apply(c.At(i, 0), row + i, _firstColumn + column, c.Columns);
    }

    private void PackB(int first, int piece)
    {
        var terms = Math.Min(_cut.BlockTerms, _b.Rows - first);
        if (_b.IsTransposed)
        {
            var column = piece * _product.StripColumns;
            var columns = Math.Min(_product.StripColumns, _b.Columns - column);
            _product.PackColumns(_b.Part(first, terms, column, columns), PanelAt(first, terms, column));
        }
        else if (piece * TermsPerPack < terms)
        {
            var start = piece * TermsPerPack;
            var part = _b.RowRange(first + start, Math.Min(TermsPerPack, terms - start));
            _product.PackTerms(part, start, terms, PanelAt(first, terms, 0));
        }
    }

    // Block after block; in a block strip after strip. The second pair follows the blocks of the first.
    private float* PanelAt(int firstTerm, int terms, int column) =>
        _panel + ((long)firstTerm * _product.Padded(_c.Columns)) + ((long)column * terms);
}
