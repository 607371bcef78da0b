namespace TinyLlm.Trainers.Tests.Evaluation;

[TestClass]
public sealed class EvaluationTests
{
    [TestMethod]
    [DataRow(1, 10)]
    [DataRow(8, 10)]
    [DataRow(380, 400)]
    public void Proportion_Ends_AreThoseThatTheScoreTestJustAccepts(int successes, int count)
    {
        // Wilson's interval holds the true shares p that the observed one is at most 1.96 standard errors away from, the error being p's
        // own.
        var share = new Proportion(successes, count);
        foreach (var p in new[] { share.Lower, share.Upper })
            Assert.AreEqual(1.959963984540054, Math.Abs(share.Value - p) / Math.Sqrt(p * (1 - p) / count), 1e-9);
        Assert.IsTrue(share.Lower < share.Value && share.Value < share.Upper);
        Assert.AreEqual((0.0, 1.0), (new Proportion(0, count).Lower, new Proportion(count, count).Upper));
    }

    [TestMethod]
    public void Proportion_Text_HasIntervalAndCount()
    {
        Assert.AreEqual("95.0 % [92.4, 96.7] (n = 400)", new Proportion(380, 400).ToString());
        Assert.AreEqual("none (n = 0)", new Proportion(0, 0).ToString());
    }

    [TestMethod]
    public void Of_Predictions_CountsByHand()
    {
        // a: 3 rows (2 right, 1 as b); b: 2 rows (1 right, 1 abstained); c: none, but one b... is said to be c never.
        var evaluation = ClassificationEvaluation.Of("model", ["a", "b", "c"], [0, 0, 0, 1, 1], [0, 0, 1, 1, null], [0.9, 0.8, 0.6, 1, 0]);
        Assert.AreEqual(new Proportion(3, 5), evaluation.Accuracy);
        Assert.AreEqual(1, evaluation.Abstained);
        Assert.AreEqual((2, 1, 0), (evaluation[0, 0], evaluation[0, 1], evaluation[0, 2]));
        Assert.AreEqual(new ClassResult("a", 3, 2, 2), evaluation.Classes[0]);
        Assert.AreEqual(new ClassResult("b", 2, 2, 1), evaluation.Classes[1]);
        Assert.AreEqual((1.0, 2 / 3.0, 0.8), (evaluation.Classes[0].Precision, evaluation.Classes[0].Recall, evaluation.Classes[0].F1));
        Assert.AreEqual((0.8 + 0.5) / 2, evaluation.MacroF1, 1e-12, "A class without rows does not count.");

        // Bins: 0.9 and 1 together (2 right of 1.9), 0.8 (1 right of 0.8), 0.6 (0 right of 0.6).
        Assert.AreEqual((0.1 + 0.2 + 0.6) / 4, evaluation.CalibrationError!.Value, 1e-12);
        Assert.IsNull(ClassificationEvaluation.Of("model", ["a", "b"], [0], [0]).CalibrationError);
    }

    [TestMethod]
    public void Of_ListsThatDoNotFit_AreNamed()
    {
        Expect("There are no rows to evaluate.", () => ClassificationEvaluation.Of("m", ["a"], [], []));
        Expect("2 rows have a class and 1 a prediction.", () => ClassificationEvaluation.Of("m", ["a"], [0, 0], [0]));
        Expect("1 rows have a class and 2 a probability.", () => ClassificationEvaluation.Of("m", ["a"], [0], [0], [1, 1]));
        Expect("Row 0 has class 3; classes are 0 to 0.", () => ClassificationEvaluation.Of("m", ["a"], [3], [0]));
        Expect("Row 0 has the probability NaN; 0 to 1 is expected.", () => ClassificationEvaluation.Of("m", ["a"], [0], [0], [double.NaN]));
    }

    [TestMethod]
    public void ChangeFrom_SameRows_CountsWhatWasWonAndLost()
    {
        // Row by row: right and right; right, then wrong; wrong, then right; wrong, then wrong in another way; wrong, then abstained.
        var before = ClassificationEvaluation.Of("F32", ["a", "b", "c"], [0, 0, 1, 1, 2], [0, 0, 0, 0, 0]);
        var after = ClassificationEvaluation.Of("Q4_0", ["a", "b", "c"], [0, 0, 1, 1, 2], [0, 1, 1, 2, null]);
        Assert.AreEqual(new EvaluationChange(Count: 5, Relabelled: 4, Gained: 1, Lost: 1), after.ChangeFrom(before));
        Assert.AreEqual(0.0, after.ChangeFrom(before).Points);
        Assert.AreEqual(-20.0, new EvaluationChange(5, 3, 1, 2).Points);
    }

    [TestMethod]
    public void ChangeFrom_OtherRows_SaysWhichDiffer()
    {
        var evaluation = ClassificationEvaluation.Of("F32", ["a", "b"], [0, 1], [0, 1]);
        Expect("Q4_0 has the classes a, c, and F32 a, b: evaluate both on the same rows.", Change(["a", "c"], [0, 1]));
        Expect("Q4_0 has 1 rows, and F32 2: evaluate both on the same rows.", Change(["a", "b"], [0]));
        Expect("Row 1 is of class a for Q4_0, and of b for F32: evaluate both on the same rows.", Change(["a", "b"], [0, 0]));

        Action Change(string[] labels, int[] actual) =>
            () => ClassificationEvaluation.Of("Q4_0", labels, actual, [.. actual.Select(index => (int?)index)]).ChangeFrom(evaluation);
    }

    [TestMethod]
    public void Find_SharedRows_AreCountedAndRefused()
    {
        var overlap = SplitCheck.Find(["x", "y", "z"], ["y", "q", "y", "z"]);
        Assert.AreEqual((3, 4), (overlap.Duplicates, overlap.Count));
        CollectionAssert.AreEqual(new[] { "y", "z" }, overlap.Examples.ToArray());
        Expect(
            "3 of 4 test rows stand among the training rows, too, such as 'y'",
            () => SplitCheck.Require(["x", "y", "z"], ["y", "q", "y", "z"]));
        SplitCheck.Require(["x"], ["y"]);
    }

    private static void Expect(string message, Action action) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(action).Message, message);
}
