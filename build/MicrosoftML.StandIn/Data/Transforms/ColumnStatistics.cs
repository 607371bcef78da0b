using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Extremes and moments of a column's slots; NaN does not count.</summary>
internal sealed class ColumnStatistics
{
    private readonly Action<ColumnStatistics> _read;
    private readonly bool _isDouble;
    private readonly bool _isVector;
    private readonly double[] _minimum;
    private readonly double[] _maximum;
    private readonly double[] _mean;
    private readonly double[] _squares;
    private readonly long[] _count;

    private ColumnStatistics(DataViewType type, Action<ColumnStatistics> read)
    {
        var size = (type as VectorDataViewType)?.Size ?? 1;
        _read = read;
        _isVector = type is VectorDataViewType;
        _isDouble = ColumnMapper.ItemOf(type).RawType == typeof(double);
        _minimum = [.. Enumerable.Repeat(double.PositiveInfinity, size)];
        _maximum = [.. Enumerable.Repeat(double.NegativeInfinity, size)];
        (_mean, _squares, _count) = (new double[size], new double[size], new long[size]);
    }

    public static ColumnStatistics Create(DataViewRow row, DataViewSchema.Column column) =>
        new(column.Type, ColumnMapper.ItemOf(column.Type).RawType == typeof(double)
            ? Reader<double>(row, column, value => value)
            : Reader<float>(row, column, value => value));

    public void Update() => _read(this);

    public Normalizer ToNormalizer(NormalizerKind kind, bool fixZero)
    {
        var pairs = Enumerable.Range(0, _mean.Length).Select(slot => kind == NormalizerKind.MinMax ? MinMax(slot, fixZero) : MeanVariance(slot, fixZero)).ToArray();
        return new Normalizer(_isVector, _isDouble, [.. pairs.Select(pair => pair.Scale)], [.. pairs.Select(pair => pair.Offset)]);
    }

    // Scaled by the largest magnitude; without fixZero the smallest value becomes 0 and the largest 1. A column without values or spread becomes 0.
    private (double Scale, double Offset) MinMax(int slot, bool fixZero)
    {
        var (least, most) = (_minimum[slot], _maximum[slot]);
        if (_count[slot] == 0)
            return (0, 0);
        if (fixZero)
        {
            var magnitude = Math.Max(Math.Abs(least), Math.Abs(most));
            return (magnitude > 0 ? 1 / magnitude : 0, 0);
        }

        return most > least ? (1 / (most - least), least) : (0, 0);
    }

    // Standard score; with fixZero the root of the second moment about zero takes the deviation's place.
    private (double Scale, double Offset) MeanVariance(int slot, bool fixZero)
    {
        if (_count[slot] == 0)
            return (0, 0);
        var variance = _squares[slot] / _count[slot];
        var deviation = Math.Sqrt(fixZero ? variance + (_mean[slot] * _mean[slot]) : variance);
        return deviation > 0 ? (1 / deviation, fixZero ? 0 : _mean[slot]) : (0, 0);
    }

    private static Action<ColumnStatistics> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> toDouble)
    {
        if (column.Type is not VectorDataViewType)
        {
            var getter = row.GetGetter<T>(column);
            T value = default;
            return statistics =>
            {
                getter(ref value);
                statistics.Add(0, toDouble(value));
            };
        }

        var vectors = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        VBuffer<T> dense = default;
        return statistics =>
        {
            vectors(ref vector);
            vector.CopyToDense(ref dense);
            var values = dense.GetValues();
            for (var slot = 0; slot < values.Length; slot++)
                statistics.Add(slot, toDouble(values[slot]));
        };
    }

    // Welford's recurrence keeps the precision of the variance where the mean is large.
    private void Add(int slot, double value)
    {
        if (!double.IsFinite(value))
            return;
        _minimum[slot] = Math.Min(_minimum[slot], value);
        _maximum[slot] = Math.Max(_maximum[slot], value);
        var delta = value - _mean[slot];
        _mean[slot] += delta / ++_count[slot];
        _squares[slot] += delta * (value - _mean[slot]);
    }
}
