namespace TinyLlm.Trainers.Engine;

/// <summary>A product of many terms as sums over chunks of them, in memory of their own, which are added in order at the end.</summary>
internal sealed unsafe class GemmChunks
{
    private readonly GemmPiece[] _chunks;
    private readonly float* _sums;
    private readonly ResultRows _result;
    private int _itemsPerChunk;

    /// <summary>Makes room for sums.</summary>
    public GemmChunks(PackedProduct product, VectorKernels kernels, float* sums)
    {
        _chunks = [.. Enumerable.Range(0, GemmPiece.MostChunks).Select(_ => new GemmPiece(product, null))];
        _sums = sums;
        _result = new ResultRows(kernels);
    }

    /// <summary>Sets what is multiplied, and returns the items that this makes.</summary>
    public int Set(in GemmCut cut, Matrix a, Matrix b, Matrix c)
    {
        for (var i = 0; i < cut.Chunks; i++)
        {
            var term = i * cut.PieceTerms;
            var terms = Math.Min(cut.PieceTerms, a.Columns - term);
            var sum = new Matrix(_sums + ((long)i * c.Rows * c.Columns), c.Rows, c.Columns);
            _chunks[i].Set(cut, a.ColumnRange(term, terms), b.RowRange(term, terms), default, default, sum, 0);
        }

        _itemsPerChunk = _chunks[0].TileCount;
        return cut.Chunks * _itemsPerChunk;
    }

    /// <summary>Does one item.</summary>
    public void Multiply(int item, float* scratch) => _chunks[item / _itemsPerChunk].Multiply(item % _itemsPerChunk, scratch);

    /// <summary>C (+)= the sums.</summary>
    public void Add(WorkerPool pool, in GemmCut cut, Matrix c, bool add, Epilogue? epilogue) =>
        _result.Run(pool, _sums, cut.Chunks, c, add, epilogue);

    private sealed class ResultRows(VectorKernels kernels) : RowItems(rowsPerItem: 8)
    {
        private float* _sums;
        private int _count;
        private Matrix _c;
        private bool _add;
        private Epilogue? _epilogue;

        public void Run(WorkerPool pool, float* sums, int count, Matrix c, bool add, Epilogue? epilogue)
        {
            _sums = sums;
            (_count, _c, _add, _epilogue) = (count, c, add, epilogue);
            Run(pool, c.Rows);
        }

        protected override void Execute(int item, int first, int end)
        {
            var (columns, size) = (_c.Columns, (long)_c.Rows * _c.Columns);
            for (var row = first; row < end; row++)
            {
                var sum = _sums + ((long)row * columns);
                for (var i = 1; i < _count; i++)
                    kernels.Add(sum + (i * size), sum, columns);
                var result = _c.At(row, 0);
                if (_add)
                    kernels.Add(result, sum, columns);
                new Span<float>(sum, columns).CopyTo(new Span<float>(result, columns));
                _epilogue?.Apply(result, row, 0, columns);
            }
        }
    }
}
