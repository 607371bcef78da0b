using System.Runtime.Intrinsics.X86;

namespace TinyLlm.Trainers.Engine;

/// <summary>Products of packed matrices by one worker: A in slivers of a tile's rows, B in strips of a tile's columns.</summary>
internal sealed unsafe class PackedProduct(VectorKernels kernels)
{
    /// <summary>The rows of A that a worker packs at once, about; they stay in its second-level cache.</summary>
    private const int AboutRows = 64;

    /// <summary>Gets the columns of a full strip.</summary>
    public int StripColumns { get; } = kernels.TileRegisters * kernels.Lanes;

    /// <summary>Gets the rows of A that are packed at once: whole slivers.</summary>
    public int BlockRows { get; } = AboutRows / kernels.TileRows * kernels.TileRows;

    /// <summary>Gets about half of <see cref="BlockRows"/>: whole slivers.</summary>
    public int HalfBlockRows { get; } = AboutRows / 2 / kernels.TileRows * kernels.TileRows;

    /// <summary>Gets the numbers of a tile.</summary>
    public int TileNumbers => kernels.TileRows * StripColumns;

    /// <summary>Returns the columns that <paramref name="columns"/> take once the last strip is filled up to whole registers.</summary>
    public int Padded(int columns) => (columns + kernels.Lanes - 1) / kernels.Lanes * kernels.Lanes;

    /// <summary>Returns the rows that <paramref name="rows"/> take once the last sliver is filled up.</summary>
    public int PaddedRows(int rows) => (rows + kernels.TileRows - 1) / kernels.TileRows * kernels.TileRows;

    /// <summary>Packs rows of A. [M, K]</summary>
    public void PackRows(Matrix a, float* target)
    {
        var (terms, rows) = (a.Columns, kernels.TileRows);
        if (a.IsTransposed)
        {
            Packing.Strips(a.Transposed, 0, target, rows, rows, (long)terms * rows);
            return;
        }

        for (var row = 0; row < a.Rows; row += rows, target += (long)terms * rows)
            Packing.Strip(a.RowRange(row, Math.Min(rows, a.Rows - row)).Transposed, target, rows);
    }

    /// <summary>Packs columns of B. [K, N]</summary>
    public void PackColumns(Matrix b, float* target)
    {
        if (!b.IsTransposed)
        {
            PackTerms(b, 0, b.Rows, target);
            return;
        }

        for (var column = 0; column < b.Columns; column += StripColumns)
        {
            var columns = Math.Min(StripColumns, b.Columns - column);
            Packing.Strip(b.ColumnRange(column, columns), target, Padded(columns));
            target += (long)b.Rows * Padded(columns);
        }
    }

    /// <summary>Packs some terms of all columns of a B that stands in memory row by row. [k, N]</summary>
    /// <param name="b">The terms.</param>
    /// <param name="first">How many terms of the block are before these.</param>
    /// <param name="terms">The terms of the whole block.</param>
    /// <param name="target">The block's beginning.</param>
    public void PackTerms(Matrix b, int first, int terms, float* target) =>
        Packing.Strips(b, first, target, StripColumns, Padded(b.Columns % StripColumns), (long)terms * StripColumns);

    /// <summary>Returns whether a product is so narrow that packing a transposed A costs more than what tiles gain by it.</summary>
    public bool IsNarrow(int columns) => columns <= 2 * StripColumns;

    /// <summary>Returns columns of B as <see cref="PackColumns"/> leaves them.</summary>
    /// <remarks>The last strip may be narrower than the others, and its terms are as far apart as it is wide.</remarks>
    public static Side Packed(float* strips, int terms) => new((nint)strips, Step: terms, Inner: 1, Term: 0);

    /// <summary>Returns columns of B where they stand; its rows must be rows in memory.</summary>
    /// <remarks>Up to a register more than its rows is read of B, and nothing is made of it.</remarks>
    public static Side InPlace(Matrix b) => new((nint)b.Data, Step: 1, Inner: 1, Term: b.Stride);

    /// <summary>C (+)= A·B with packed rows of A. [M, N]</summary>
    /// <param name="a">The rows.</param>
    /// <param name="b">The columns.</param>
    /// <param name="terms">K.</param>
    /// <param name="c">The result, of any size.</param>
    /// <param name="add">Whether the product is added to what <paramref name="c"/> holds.</param>
    /// <param name="tile">Memory for a tile.</param>
    public void Multiply(float* a, in Side b, int terms, Matrix c, bool add, float* tile) =>
        Multiply(PackedA(a, terms), b, terms, c, add, tile);

    /// <summary>C (+)= A·B with A where it stands. [M, N]</summary>
    /// <remarks>Rows that fill no sliver are packed, as there may be nothing behind them that a sliver could read.</remarks>
    /// <param name="a">[M, K]</param>
    /// <param name="b">The columns.</param>
    /// <param name="c">The result, of any size.</param>
    /// <param name="add">Whether the product is added to what <paramref name="c"/> holds.</param>
    /// <param name="sliver">Memory for one sliver of A.</param>
    /// <param name="tile">Memory for a tile.</param>
    public void MultiplyInPlace(Matrix a, in Side b, Matrix c, bool add, float* sliver, float* tile)
    {
        var whole = a.Rows / kernels.TileRows * kernels.TileRows;
        var (row, term) = a.IsTransposed ? (1, a.Stride) : (a.Stride, 1);
        Multiply(new Side((nint)a.Data, Step: row, Inner: row, Term: term), b, a.Columns, c.RowRange(0, whole), add, tile);
        if (whole == a.Rows)
            return;
        PackRows(a.RowRange(whole, a.Rows - whole), sliver);
        Multiply(PackedA(sliver, a.Columns), b, a.Columns, c.RowRange(whole, a.Rows - whole), add, tile);
    }

    private void Multiply(in Side a, in Side b, int terms, Matrix c, bool add, float* tile)
    {
        var tileRows = kernels.TileRows;
        for (int column = 0, columns; column < c.Columns; column += columns)
        {
            columns = Math.Min(b.Term == 0 ? StripColumns : FreeStrip(c.Columns - column), c.Columns - column);
            var padded = Padded(columns);
            var strip = b.At(column);
            var next = b.Term == 0 ? padded : b.Term;
            for (var row = 0; row < c.Rows; row += tileRows)
            {
                var rows = Math.Min(tileRows, c.Rows - row);
                var sliver = a.At(row);
                if (rows == tileRows && columns == padded && !c.IsTransposed)
                {
                    if (add)
                        Prefetch(c.At(row, column), c.Stride, columns);
                    kernels.Tile(terms, sliver, a.Inner, a.Term, strip, next, padded / kernels.Lanes, c.At(row, column), c.Stride, add);
                    continue;
                }

                kernels.Tile(terms, sliver, a.Inner, a.Term, strip, next, padded / kernels.Lanes, tile, padded, add: false);
                CopyTile(tile, padded, c.Part(row, rows, column, columns), add);
            }
        }
    }

    // Where columns need not come in whole strips, twice two registers are faster than three and one.
    private int FreeStrip(int left) => Padded(left) == StripColumns + kernels.Lanes ? 2 * kernels.Lanes : StripColumns;

    private Side PackedA(float* slivers, int terms) => new((nint)slivers, Step: terms, Inner: 1, Term: kernels.TileRows);

    // A tile's sums take long enough for what they are added to to come from memory.
    private void Prefetch(float* c, long stride, int columns)
    {
        for (var row = 0; Sse.IsSupported && row < kernels.TileRows; row++, c += stride)
        {
            for (var column = 0; column < columns; column += 16)
                Sse.Prefetch0(c + column);
        }
    }

    private static void CopyTile(float* tile, int stride, Matrix c, bool add)
    {
        for (var row = 0; row < c.Rows; row++, tile += stride)
        {
            for (var column = 0; column < c.Columns; column++)
            {
                var target = c.At(row, column);
                *target = add ? *target + tile[column] : tile[column];
            }
        }
    }

    /// <summary>How tiles find the numbers of one side: rows of A, columns of B.</summary>
    /// <param name="Start">Where the first number is.</param>
    /// <param name="Step">How much further a tile begins for each row or column before it.</param>
    /// <param name="Inner">The distance between two rows or columns within a tile.</param>
    /// <param name="Term">The distance between two terms; 0 for the width of the strip.</param>
    public readonly record struct Side(nint Start, long Step, long Inner, long Term)
    {
        public float* At(int index) => (float*)Start + (index * Step);
    }
}
