using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>Keeps the columns in memory once they were read.</summary>
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new CacheDataView(input, columnsToPrefetch);
    }

    /// <summary>Keeps the rows whose value is at least <paramref name="lowerBound"/> and below <paramref name="upperBound"/>; NaN is dropped.</summary>
    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (string.IsNullOrEmpty(columnName))
            throw new ArgumentOutOfRangeException(nameof(columnName), "Name the column to filter on.");
        if (!(lowerBound < upperBound))
            throw new ArgumentOutOfRangeException(nameof(upperBound), $"The upper bound {upperBound} must be above the lower bound {lowerBound}.");
        var column = input.Schema.GetColumnOrNull(columnName) ?? throw SchemaErrors.Missing(nameof(columnName), "filter", columnName);
        return new FilteredDataView(input, [column], column.Type.RawType == typeof(float) ? Singles
            : column.Type.RawType == typeof(double) ? Doubles
            : throw SchemaErrors.Mismatch(nameof(columnName), "filter", columnName, "Single or Double", column.Type.ToString()));

        Func<bool> Singles(DataViewRow row)
        {
            var getter = row.GetGetter<float>(column);
            float value = 0;
            return () =>
            {
                getter(ref value);
                return value >= lowerBound && value < upperBound;
            };
        }

        Func<bool> Doubles(DataViewRow row)
        {
            var getter = row.GetGetter<double>(column);
            double value = 0;
            return () =>
            {
                getter(ref value);
                return value >= lowerBound && value < upperBound;
            };
        }
    }

    /// <summary>Drops the rows in which a value of these columns is NaN or a missing key.</summary>
    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (columns is not { Length: > 0 } || columns.Distinct().Count() < columns.Length)
            throw new ArgumentOutOfRangeException(nameof(columns), "Name at least one column to filter on, and each once.");
        var tested = columns.Select(name => input.Schema.GetColumnOrNull(name) ?? throw SchemaErrors.Missing(nameof(columns), "filter", name)).ToArray();
        foreach (var column in tested.Where(column => !MissingValues.Has(column.Type)))
            throw SchemaErrors.Mismatch(nameof(columns), "filter", column.Name, "a type with missing values", column.Type.ToString());
        return new FilteredDataView(input, tested, row =>
        {
            var tests = tested.Select(column => MissingValues.CreateTest(row, column)).ToArray();
            return () => !Array.Exists(tests, isMissing => isMissing());
        });
    }

    /// <summary>Gives rows in random order, drawn from a pool.</summary>
    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shufflePoolSize);
        return new ShuffledDataView(input, seed ?? NextSeed(), shufflePoolSize, shuffleSource);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new SkipTakeDataView(input, count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new SkipTakeDataView(input, 0, count);
    }

    private int NextSeed() => _env.Register("DataOperationsCatalog").Rand.Next();
}
