namespace TinyLlm.Trainers.Tests.Evaluation;

[TestClass]
public sealed class BaselinesTests
{
    private static readonly string[] Labels = ["low", "middle", "high"];

    [TestMethod]
    public void Evaluate_LinearClasses_AreFoundByRegression()
    {
        // Three classes in 20 dimensions, told apart by one direction only: linear, and hard for a neighbour.
        var (train, test) = (Linear(600, 1), Linear(400, 2));
        var results = Baselines.Evaluate(Labels, train.Features, train.Classes, test.Features, test.Classes);
        CollectionAssert.AreEqual(
            new[] { $"majority class ({Labels[Majority(train.Classes)]})", "nearest neighbour", "logistic regression" },
            results.Select(r => r.Name).ToArray());
        Assert.AreEqual(test.Classes.Count(c => c == Majority(train.Classes)), results[0].Accuracy.Successes);
        Assert.IsGreaterThan(0.95, results[2].Accuracy.Value);
        Assert.IsGreaterThan(results[1].Accuracy.Value, results[2].Accuracy.Value);
    }

    [TestMethod]
    public void Evaluate_CurvedClasses_AreFoundByTheNeighbour()
    {
        // Alternating cells of a board: no line tells them apart. The second feature is a thousand times the first, which scaling undoes.
        var random = new Random(3);
        var rows = Enumerable.Range(0, 2000)
            .Select(_ => new[] { (float)(4 * random.NextDouble()), (float)(4000 * random.NextDouble()) }).ToArray();
        var classes = rows.Select(row => ((int)row[0] + (int)(row[1] / 1000)) % 2).ToArray();
        var results = Baselines.Evaluate(["a", "b"], rows[..1600], classes[..1600], rows[1600..], classes[1600..]);
        Assert.IsGreaterThan(0.9, results[1].Accuracy.Value);
        Assert.IsLessThan(0.65, results[2].Accuracy.Value);
    }

    [TestMethod]
    public void Fit_Regression_IsAtTheMinimum()
    {
        // At the minimum every weight's gradient is zero: the mean of (probability − is of the class) · feature, plus the penalty.
        var (features, classes) = Linear(60, 5);
        var scale = FeatureScale.Fit(features);
        var rows = scale.Apply(features);
        for (var i = 0; i < rows[0].Length; i++)
        {
            Assert.AreEqual(0, rows.Average(row => row[i]), 1e-5);
            Assert.AreEqual(1, rows.Average(row => (double)row[i] * row[i]), 1e-4);
        }

        var regression = LogisticRegression.Fit(rows, classes, 3, default);
        Assert.IsGreaterThan(0.95, rows.Where((row, i) => regression.Predict(row) == classes[i]).Count() / 60.0);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => LogisticRegression.Fit(rows, classes, 3, cancelled.Token));
    }

    [TestMethod]
    public void Evaluate_BadRows_AreNamed()
    {
        Expect("There are no rows.", [], [], [[1f]], [0]);
        Expect("1 rows have features and 2 a class.", [[1f]], [0, 0], [[1f]], [0]);
        Expect("Row 1 has 2 features; 1 are expected.", [[1f], [1f, 2f]], [0, 0], [[1f]], [0]);
        Expect("Row 0 has NaN in feature 1: replace missing values first.", [[1f, 1f]], [0], [[1f, float.NaN]], [0]);
        Expect("Row 0 has class 7; classes are 0 to 2.", [[1f]], [7], [[1f]], [0]);

        static void Expect(string message, float[][] train, int[] trainClasses, float[][] test, int[] testClasses) => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Baselines.Evaluate(Labels, train, trainClasses, test, testClasses)).Message,
            message);
    }

    private static int Majority(int[] classes) => Enumerable.Range(0, 3).MaxBy(c => classes.Count(other => other == c));

    private static (float[][] Features, int[] Classes) Linear(int count, int seed)
    {
        var random = new Random(seed);
        var features = Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, 20).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray()).ToArray();
        return (features, [.. features.Select(row => (row[3] + row[7] - row[11]) switch { < -0.2f => 0, < 0.25f => 1, _ => 2 })]);
    }
}
