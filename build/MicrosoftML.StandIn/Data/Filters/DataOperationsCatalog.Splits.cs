using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>Splits rows at random, or, with a sampling key, all rows of one key value together.</summary>
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), $"Must be between 0 and 1 exclusive, not {testFraction}.");
        return Split(data, number => number < testFraction, samplingKeyColumnName, seed ?? SplitSeed);
    }

    /// <summary>Makes folds: each row is in the test set of exactly one.</summary>
    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (numberOfFolds < 2)
            throw new ArgumentOutOfRangeException(nameof(numberOfFolds), $"At least 2 folds are needed, not {numberOfFolds}.");
        var common = seed ?? SplitSeed;
        return [.. Enumerable.Range(0, numberOfFolds)
            .Select(fold => Split(data, number => (int)(number * numberOfFolds) == fold, samplingKeyColumnName, common))];
    }

    // As in ML.NET: a split without a seed is the same each time, and follows from the context's seed where there is one.
    private int SplitSeed => (_env as MLContext)?.Seed ?? 42;

    private static TrainTestData Split(IDataView data, Func<double, bool> isTest, string samplingKeyColumnName, int seed)
    {
        DataViewSchema.Column? key = samplingKeyColumnName is null ? null
            : data.Schema.GetColumnOrNull(samplingKeyColumnName) ?? throw SchemaErrors.Missing(nameof(samplingKeyColumnName), "sampling key", samplingKeyColumnName);
        DataViewSchema.Column[] tested = key is { } column ? [column] : [];
        return new TrainTestData(
            new FilteredDataView(data, tested, row => Where(row, number => !isTest(number))),
            new FilteredDataView(data, tested, row => Where(row, isTest)));

        Func<bool> Where(DataViewRow row, Func<double, bool> accept)
        {
            var number = key is { } keyColumn ? RowNumbers.OfValue(row, keyColumn, seed) : RowNumbers.OfIdentity(row, seed);
            return () => accept(number());
        }
    }

    /// <summary>The two parts of a split.</summary>
    public readonly struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
