using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Layers;

/// <summary>Some queries of one head against all keys that they see: what one worker holds of the T×T weights.</summary>
internal sealed unsafe class AttentionTile
{
    /// <summary>The queries of a tile.</summary>
    public const int Queries = 64;

    private readonly VectorKernels _kernels;
    private readonly PackedProduct _product;
    private readonly AttentionShape _shape;
    private readonly int _positions;
    private readonly bool _isRounded;
    private readonly Matrix _weightRows, _droppedRows, _dWeightRows;    // [Queries, T]
    private readonly Matrix _keyColumns, _valueColumns;                 // [D, T]
    private readonly float* _sliver, _tile;
    private Matrix _qkv, _keys, _values, _weights, _dropped, _dWeights;
    private int _head, _query, _rows, _firstKey, _keyCount;
    private bool _hasDropout;

    public AttentionTile(VectorKernels kernels, Arena arena, AttentionShape shape, int positions, bool isRounded)
    {
        (_kernels, _shape, _positions, _isRounded) = (kernels, shape, positions, isRounded);
        _product = new PackedProduct(kernels);
        _weightRows = arena.TakeApart(Queries, positions);
        _droppedRows = arena.TakeApart(Queries, positions);
        _dWeightRows = arena.TakeApart(Queries, positions);
        (_keyColumns, _valueColumns) = (arena.TakeApart(shape.HeadSize, positions), arena.TakeApart(shape.HeadSize, positions));
        _sliver = arena.Take((long)_product.PaddedRows(1) * Math.Max(positions, Math.Max(Queries, shape.HeadSize)));
        _tile = arena.Take(_product.TileNumbers);
    }

    /// <summary>Takes the keys and values of a key/value head.</summary>
    /// <remarks>
    /// What is multiplied by their columns takes them transposed, once for all tiles and heads; everything else is multiplied where it
    /// stands.
    /// </remarks>
    public void Begin(Matrix qkv, int group, bool isBackward)
    {
        (_qkv, _keys, _values) = (qkv, _shape.Keys(qkv, group), _shape.Values(qkv, group));
        Packing.Strip(_keys.Transposed, _keyColumns.Data, _keyColumns.Stride);
        if (isBackward)
            Packing.Strip(_values.Transposed, _valueColumns.Data, _valueColumns.Stride);
    }

    /// <summary>Computes the weights of a tile and keeps the logarithm of each row's sum.</summary>
    public void Forward(int head, int query, ReadOnlySpan<int> documentStarts, Matrix logSums, Dropout dropout)
    {
        Scores(head, query, documentStarts);
        var scale = 1 / MathF.Sqrt(_shape.HeadSize);
        for (var i = 0; i < _rows; i++)
        {
            var (from, count) = Visible(i, documentStarts);
            var row = _weights.At(i, 0);
            var largest = _kernels.Largest(row + from, count) * scale;
            var sum = _kernels.Exponentials(row + from, scale, largest, row + from, count);
            _kernels.Scale(1 / sum, row + from, row + from, count);
            *logSums.At(query + i, 0) = largest + MathF.Log(sum);
            ClearInvisible(row, from, count);
        }

        Drop(dropout);
    }

    /// <summary>Computes the weights of a tile from the logarithms that <see cref="Forward"/> kept.</summary>
    public void Again(int head, int query, ReadOnlySpan<int> documentStarts, Matrix logSums, Dropout dropout)
    {
        Scores(head, query, documentStarts);
        var scale = 1 / MathF.Sqrt(_shape.HeadSize);
        for (var i = 0; i < _rows; i++)
        {
            var (from, count) = Visible(i, documentStarts);
            var row = _weights.At(i, 0);
            var sum = _kernels.Exponentials(row + from, scale, *logSums.At(query + i, 0), row + from, count);
            // The logarithm is that of exact scores: those of rounded queries and keys would not sum to 1, which the softmax's gradient
            // presumes.
            if (_isRounded)
                _kernels.Scale(1 / sum, row + from, row + from, count);
            ClearInvisible(row, from, count);
        }

        Drop(dropout);
    }

    /// <summary>y = weights·V. [Queries, D]</summary>
    public void Output(Matrix y) => Multiply(_hasDropout ? _dropped : _weights, VisibleRows(_values), y, add: false);

    /// <summary>Gives the gradient of the tile's queries and adds those of keys and values. [T, D]</summary>
    public void Backward(Matrix dy, Matrix dQueries, Matrix dKeys, Matrix dValues)
    {
        var dOutput = dy.RowRange(_query, _rows);
        Multiply((_hasDropout ? _dropped : _weights).Transposed, dOutput, VisibleRows(dValues), add: true); // [keys, D]
        Multiply(dOutput, VisibleColumns(_valueColumns), _dWeights, add: false);                        // [Queries, keys]
        var scale = 1 / MathF.Sqrt(_shape.HeadSize);
        for (var i = 0; i < _rows; i++)
        {
            float* weights = _weights.At(i, 0), dropped = _dropped.At(i, 0), d = _dWeights.At(i, 0);
            // A dropped weight passes no gradient; weight·d is dropped·d either way, so the row's correction needs no mask.
            var correction = _kernels.Dot(_hasDropout ? dropped : weights, d, _keyCount);
            if (_hasDropout)
                MaskGradient(weights, dropped, d);
            _kernels.SoftmaxBackward(weights, d, correction, scale, _keyCount);
        }

        Multiply(_dWeights, VisibleRows(_keys), dQueries.RowRange(_query, _rows), add: false);          // [Queries, D]
        Multiply(_dWeights.Transposed, _shape.Queries(_qkv, _head).RowRange(_query, _rows), VisibleRows(dKeys), add: true);
    }

    private void Scores(int head, int query, ReadOnlySpan<int> documentStarts)
    {
        (_head, _query, _rows) = (head, query, Math.Min(Queries, documentStarts.Length - query));
        _firstKey = documentStarts[query];
        for (var i = 1; i < _rows; i++)
            _firstKey = Math.Min(_firstKey, documentStarts[query + i]);
        _keyCount = query + _rows - _firstKey;
        _weights = _weightRows.Part(0, _rows, 0, _keyCount);
        _dropped = _droppedRows.Part(0, _rows, 0, _keyCount);
        _dWeights = _dWeightRows.Part(0, _rows, 0, _keyCount);
        Multiply(_shape.Queries(_qkv, head).RowRange(query, _rows), VisibleColumns(_keyColumns), _weights, add: false);   // [.., keys]
    }

    private Matrix VisibleRows(Matrix matrix) => matrix.RowRange(_firstKey, _keyCount);

    private Matrix VisibleColumns(Matrix matrix) => matrix.ColumnRange(_firstKey, _keyCount);

    // The keys that a query sees: from its document's beginning to itself.
    private (int From, int Count) Visible(int i, ReadOnlySpan<int> documentStarts)
    {
        var from = documentStarts[_query + i] - _firstKey;
        return (from, _query + i + 1 - _firstKey - from);
    }

    private void ClearInvisible(float* row, int from, int count)
    {
        new Span<float>(row, from).Clear();
        new Span<float>(row + from + count, _keyCount - from - count).Clear();
    }

    private void Drop(Dropout dropout)
    {
        _hasDropout = dropout.IsOn;
        for (var i = 0; _hasDropout && i < _rows; i++)
        {
            dropout.Apply(_weights.At(i, 0), _dropped.At(i, 0), ((long)(_query + i) * _positions) + _firstKey, _keyCount);
        }
    }

    private void MaskGradient(float* weights, float* dropped, float* dWeights)
    {
        for (var key = 0; key < _keyCount; key++)
            dWeights[key] = weights[key] == 0 ? 0 : dWeights[key] * (dropped[key] / weights[key]);
    }

    private void Multiply(Matrix a, Matrix b, Matrix c, bool add) =>
        _product.MultiplyInPlace(a, PackedProduct.InPlace(b), c, add, _sliver, _tile);
}
