using System.Collections.Immutable;

namespace TinyLlm.Trainers;

/// <summary>
/// What a model must beat to be worth its size: the majority class, the nearest neighbour and logistic regression, on the same split.
/// </summary>
public static class Baselines
{
    /// <summary>Fits the baselines on the training rows and evaluates them on the test rows.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="trainFeatures">The numbers of each training row; all rows have as many.</param>
    /// <param name="trainClasses">The index of each training row's class.</param>
    /// <param name="testFeatures">The numbers of each test row.</param>
    /// <param name="testClasses">The index of each test row's class.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The three evaluations, in the order above.</returns>
    /// <exception cref="ArgumentException">The lists do not fit each other, or a number is not finite.</exception>
    public static ImmutableArray<ClassificationEvaluation> Evaluate(
        IReadOnlyList<string> labels, IReadOnlyList<float[]> trainFeatures, IReadOnlyList<int> trainClasses,
        IReadOnlyList<float[]> testFeatures, IReadOnlyList<int> testClasses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Check(trainFeatures, trainClasses, labels.Count, trainFeatures?.FirstOrDefault()?.Length ?? 0, nameof(trainFeatures));
        Check(testFeatures, testClasses, labels.Count, trainFeatures![0].Length, nameof(testFeatures));
        var scale = FeatureScale.Fit(trainFeatures);
        var (train, test) = (scale.Apply(trainFeatures), scale.Apply(testFeatures));

        var majority = Majority(trainClasses, labels.Count);
        var neighbour = new NearestNeighbour(train, trainClasses);
        var regression = LogisticRegression.Fit(train, trainClasses, labels.Count, cancellationToken);
        var nearest = new int?[test.Length];
        Parallel.For(
            0,
            test.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            row => nearest[row] = neighbour.Predict(test[row]));
        return
        [
            ClassificationEvaluation.Of(
                $"majority class ({labels[majority]})", labels, testClasses, [.. testClasses.Select(_ => (int?)majority)]),
            ClassificationEvaluation.Of("nearest neighbour", labels, testClasses, nearest),
            ClassificationEvaluation.Of("logistic regression", labels, testClasses, [.. test.Select(row => (int?)regression.Predict(row))]),
        ];
    }

    private static int Majority(IReadOnlyList<int> classes, int count)
    {
        var counts = new int[count];
        foreach (var index in classes)
            counts[index]++;
        return Array.IndexOf(counts, counts.Max());
    }

    private static void Check(IReadOnlyList<float[]>? features, IReadOnlyList<int>? classes, int labelCount, int width, string name)
    {
        ArgumentNullException.ThrowIfNull(features, name);
        ArgumentNullException.ThrowIfNull(classes);
        if (features.Count == 0)
            throw new ArgumentException("There are no rows.", name);
        if (features.Count != classes.Count)
            throw new ArgumentException($"{features.Count} rows have features and {classes.Count} a class.", name);
        for (var row = 0; row < features.Count; row++)
        {
            if (features[row].Length != width)
                throw new ArgumentException($"Row {row} has {features[row].Length} features; {width} are expected.", name);
            if (Array.FindIndex(features[row], value => !float.IsFinite(value)) is >= 0 and var slot)
                throw new ArgumentException($"Row {row} has {features[row][slot]} in feature {slot}: replace missing values first.", name);
            if ((uint)classes[row] >= (uint)labelCount)
                throw new ArgumentException($"Row {row} has class {classes[row]}; classes are 0 to {labelCount - 1}.", name);
        }
    }
}
