namespace TinyLlm.Trainers.Engine;

/// <summary>How a product is cut: into blocks of terms, pieces that fit the panel, and items for workers; and where these read B.</summary>
internal readonly struct GemmCut
{
    // Work is cut into about this many items whatever the number of workers: enough that the last to end keeps the others waiting for
    // little.
    private const int WantedItems = 24;

    // With fewer columns than this, packing a row of a transposed A costs more than a twentieth of multiplying it.
    private const int FewColumns = 512;

    // With fewer sums over terms than this, an item would be too long.
    private const int FewestChunks = 8;

    // Rows of B whose distance is a multiple of this fall into so few places of a second-level cache that they drive each other out.
    private const int CrowdedBytes = 2048;

    /// <summary>Cuts A·B + A₂·B₂.</summary>
    /// <param name="product">The sizes of tiles.</param>
    /// <param name="a">[M, K]</param>
    /// <param name="b">[K, N]</param>
    /// <param name="b2">[r, N], or empty.</param>
    /// <param name="panelNumbers">What fits the panel.</param>
    public GemmCut(PackedProduct product, Matrix a, Matrix b, Matrix b2, long panelNumbers)
    {
        var strips = (b.Columns + product.StripColumns - 1) / product.StripColumns;
        // Even blocks: 768 terms are two of 384 and not one of 512 and one of 256.
        var blocks = (a.Columns + GemmPiece.BlockTerms - 1) / GemmPiece.BlockTerms;
        BlockTerms = (((a.Columns + blocks - 1) / blocks) + 7) / 8 * 8;
        (PieceTerms, PieceColumns, ItemRows) = (a.Columns, b.Columns, a.Rows);

        // Many columns that packing has to transpose: items of all rows, so that no column is packed twice.
        if (b.IsTransposed && b2.IsEmpty && b.Columns >= WantedItems * FewColumns)
        {
            (Reading, ItemColumns) = (BReading.OwnPanel, OwnColumns(product, strips));
            return;
        }

        // Many terms for few results: sums over chunks of them, so that a worker reads parts of A and B that no other reads.
        var chunks = (int)Math.Min(GemmPiece.MostChunks, panelNumbers / ((long)a.Rows * b.Columns));
        if (!b.IsTransposed && b2.IsEmpty && chunks >= FewestChunks && blocks >= 2 * chunks)
        {
            Reading = IsReadable(b) ? BReading.InPlace : BReading.OwnPanel;
            PieceTerms = (blocks + chunks - 1) / chunks * BlockTerms;
            Chunks = (a.Columns + PieceTerms - 1) / PieceTerms;
            var parts = ((2 * WantedItems) + Chunks - 1) / Chunks;
            ItemColumns = OwnColumns(product, (strips + parts - 1) / parts);
            return;
        }

        Reading = IsReadable(b) && (b2.IsEmpty || IsReadable(b2)) ? BReading.InPlace : BReading.SharedPanel;
        if (Reading == BReading.SharedPanel)
        {
            var wantedTerms = Math.Min(a.Columns, 4 * GemmPiece.BlockTerms) + b2.Rows;
            var fitting = (int)Math.Min(1 << 30, panelNumbers / wantedTerms / product.StripColumns * product.StripColumns);
            PieceColumns = Math.Min(b.Columns, Math.Max(product.StripColumns, fitting));
            var fittingBlocks = (panelNumbers - ((long)b2.Rows * product.Padded(PieceColumns))) / product.Padded(PieceColumns) / BlockTerms;
            PieceTerms = (int)Math.Clamp(fittingBlocks, 1, blocks) * BlockTerms;
            strips = (PieceColumns + product.StripColumns - 1) / product.StripColumns;
        }

        // An item packs its rows of a transposed A, which pays where it multiplies them with many columns: rather few rows than few
        // columns.
        ItemRows = product.BlockRows;
        var rowItems = (a.Rows + ItemRows - 1) / ItemRows;
        var groups = Math.Clamp(PieceColumns / FewColumns, 1, (WantedItems + rowItems - 1) / rowItems);
        if (rowItems * groups < WantedItems && !a.IsTransposed)
        {
            ItemRows = product.HalfBlockRows;
            rowItems = (a.Rows + ItemRows - 1) / ItemRows;
        }

        groups = Math.Max(groups, Math.Clamp((WantedItems + rowItems - 1) / rowItems, 1, (strips + 1) / 2));
        ItemColumns = (strips + groups - 1) / groups * product.StripColumns;
    }

    /// <summary>Gets where items read B.</summary>
    public BReading Reading { get; }

    /// <summary>
    /// Gets how many sums over <see cref="PieceTerms"/> are made apart from each other and added at the end; 0: one after the other.
    /// </summary>
    public int Chunks { get; }

    /// <summary>Gets the terms that are summed in registers before C is written.</summary>
    public int BlockTerms { get; }

    /// <summary>Gets the columns of a piece.</summary>
    public int PieceColumns { get; }

    /// <summary>Gets the terms of a piece: whole blocks.</summary>
    public int PieceTerms { get; }

    /// <summary>Gets the rows of an item.</summary>
    public int ItemRows { get; }

    /// <summary>Gets the columns of an item: whole strips.</summary>
    public int ItemColumns { get; }

    private static bool IsReadable(Matrix b) => !b.IsTransposed && !b.IsBFloat16 && (long)b.Stride * sizeof(float) % CrowdedBytes != 0;

    // What fits a worker's own panel, of at most so many strips.
    private int OwnColumns(PackedProduct product, int strips) =>
        Math.Min(strips, Math.Min(FewColumns, GemmPiece.OwnPanelNumbers / BlockTerms) / product.StripColumns) * product.StripColumns;
}
