namespace TinyLlm.Trainers.Engine;

/// <summary>How a product is cut: into blocks of terms, pieces that fit the panel, and items for workers.</summary>
internal readonly struct GemmCut
{
    // Work is cut into about this many items whatever the number of workers: enough that the last to end keeps the others waiting for little.
    private const int WantedItems = 24;

    // With fewer columns than this, packing a row of a transposed A costs more than a twentieth of multiplying it.
    private const int FewColumns = 512;

    /// <summary>Cuts A·B.</summary>
    /// <param name="product">The sizes of tiles.</param>
    /// <param name="a">[M, K]</param>
    /// <param name="columns">N.</param>
    /// <param name="extraTerms">The terms of a second pair.</param>
    /// <param name="panelNumbers">What fits the panel.</param>
    public GemmCut(PackedProduct product, Matrix a, int columns, int extraTerms, long panelNumbers)
    {
        // Even blocks: 768 terms are two of 384 and not one of 512 and one of 256.
        var evenBlocks = (a.Columns + GemmPiece.BlockTerms - 1) / GemmPiece.BlockTerms;
        BlockTerms = (((a.Columns + evenBlocks - 1) / evenBlocks) + 7) / 8 * 8;

        var wantedTerms = Math.Min(a.Columns, 4 * GemmPiece.BlockTerms) + extraTerms;
        var fitting = (int)Math.Min(1 << 30, panelNumbers / wantedTerms / product.StripColumns * product.StripColumns);
        PieceColumns = Math.Min(columns, Math.Max(product.StripColumns, fitting));

        // An item packs its rows of A, which pays where it multiplies them with many columns: rather few rows than few columns.
        var strips = (PieceColumns + product.StripColumns - 1) / product.StripColumns;
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

        var blocks = (panelNumbers - ((long)extraTerms * product.Padded(PieceColumns))) / product.Padded(PieceColumns) / BlockTerms;
        PieceTerms = (int)Math.Clamp(blocks, 1, (1 << 30) / BlockTerms) * BlockTerms;
    }

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
}
