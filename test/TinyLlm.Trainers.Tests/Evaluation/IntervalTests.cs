namespace TinyLlm.Trainers.Tests.Evaluation;

/// <summary>What can be said of a difference: intervals by pairs and by groups, and McNemar's test.</summary>
[TestClass]
public sealed class IntervalTests
{
    [TestMethod]
    [DataRow(10, 3, 0.09228515625)] // 2 (C(13,0) + C(13,1) + C(13,2) + C(13,3)) / 2¹³ = 756 / 8192
    [DataRow(3, 10, 0.09228515625)]
    [DataRow(0, 5, 0.0625)] // 2 / 2⁵
    [DataRow(1, 7, 0.0703125)] // 2 (1 + 8) / 2⁸; the airway data of Fagerland, Lydersen and Laake (2014), who give 0.0703
    [DataRow(4, 4, 1.0)]
    [DataRow(0, 0, 1.0)]
    public void McNemarP_FewRows_IsCountedByHand(int gained, int lost, double expected) =>
        Assert.AreEqual(expected, new EvaluationChange(100, gained + lost, gained, lost).McNemarP, 1e-12);

    [TestMethod]
    public void McNemarP_ManyRows_IsNearTheNormalOne()
    {
        // With the correction for continuity z = (1,100 − 1,000 − 1) / √2,100 = 2.1604, whose two tails of the normal distribution are
        // 0.03074; at n = 2,100 the binomial distribution is that near.
        Assert.AreEqual(0.03074, new EvaluationChange(10_000, 2_100, 1_100, 1_000).McNemarP, 2e-4);
        Assert.AreEqual(0.0, new EvaluationChange(10_000, 2_100, 2_100, 0).McNemarP, 1e-300);
    }

    [TestMethod]
    public void Interval_PairsWithoutGroups_IsBonettsAndPrices()
    {
        // The same airway data, of 21 children: 1 won, 7 lost. By hand: p₁₂ = 2/23, p₂₁ = 8/23, their difference −0.26087, its variance
        // (10/23 − 0.26087²)/23 = 0.015945, and so −0.26087 ± 1.95996 · 0.12627.
        var interval = new EvaluationChange(21, 8, Gained: 1, Lost: 7).Interval;
        Assert.AreEqual(-0.50837, interval.Lower, 1e-4);
        Assert.AreEqual(-0.01338, interval.Upper, 1e-4);
        Assert.IsTrue(interval.ExcludesZero);
        Assert.IsFalse(new EvaluationChange(21, 8, Gained: 3, Lost: 7).Interval.ExcludesZero);
        Assert.AreEqual("[−50.8, −1.3]", interval.ToString());
        Assert.AreEqual("[0.0, 12.3]", new ConfidenceInterval(0, 0.1234).ToString());
    }

    [TestMethod]
    public void AccuracyInterval_Groups_IsThatOfAllDrawsOfGroups()
    {
        // Four groups of 1, 2, 3 and 4 rows, of which 1, 0, 3 and 2 are right. There are only 4⁴ = 256 draws, each as probable.
        (int Sum, int Count)[] groups = [(1, 1), (0, 2), (3, 3), (2, 4)];
        var shares = new List<double>();
        for (var draw = 0; draw < 256; draw++)
        {
            var drawn = new[] { groups[draw & 3], groups[(draw >> 2) & 3], groups[(draw >> 4) & 3], groups[(draw >> 6) & 3] };
            shares.Add((double)drawn.Sum(group => group.Sum) / drawn.Sum(group => group.Count));
        }

        shares.Sort();
        string[] names = ["a", "b", "c", "d"];
        var rows = groups
            .SelectMany((group, i) => Enumerable.Range(0, group.Count).Select(row => (names[i], IsRight: row < group.Sum))).ToArray();
        var evaluation = ClassificationEvaluation.Of(
            "m", ["x", "y"], new int[10], [.. rows.Select(row => (int?)(row.IsRight ? 0 : 1))], probabilities: null,
            [.. rows.Select(row => row.Item1)]);
        Assert.AreEqual(4, evaluation.GroupCount);
        // 2,000 draws put a quantile of 2.5 % between those of 1.5 % and 3.5 %, almost three standard errors of 0.35 %.
        Assert.IsTrue(evaluation.AccuracyInterval.Lower >= shares[(int)(0.015 * 256)]);
        Assert.IsTrue(evaluation.AccuracyInterval.Lower <= shares[(int)(0.035 * 256)]);
        Assert.IsTrue(evaluation.AccuracyInterval.Upper >= shares[^((int)(0.035 * 256) + 1)]);
        Assert.IsTrue(evaluation.AccuracyInterval.Upper <= shares[^((int)(0.015 * 256) + 1)]);
    }

    [TestMethod]
    public void Intervals_ManyRowsOfFewSessions_AreWiderThanThoseOfIndependentRows()
    {
        // 20 sessions of 50 windows each, which are all right or all wrong: 20 pieces of evidence, not 1,000. For n independent rows of
        // share p, the interval is 1.96 √(p (1 − p)/n) to either side: with p = 0.8, 0.175 of 20 sessions and 0.025 of 1,000 rows.
        var sessions = Enumerable.Range(0, 1000).Select(row => $"{row / 50}").ToArray();
        int?[] predicted = [.. Enumerable.Range(0, 1000).Select(row => (int?)(row / 50 % 5 == 0 ? 1 : 0))];
        var plain = ClassificationEvaluation.Of("m", ["x", "y"], new int[1000], predicted);
        var grouped = ClassificationEvaluation.Of("m", ["x", "y"], new int[1000], predicted, groups: sessions);
        Assert.AreEqual(0.05, plain.AccuracyInterval.Upper - plain.AccuracyInterval.Lower, 0.003);
        Assert.AreEqual(0.35, grouped.AccuracyInterval.Upper - grouped.AccuracyInterval.Lower, 0.07);
        Assert.AreEqual(plain.Accuracy.Lower, plain.AccuracyInterval.Lower);
        var again = ClassificationEvaluation.Of("m", ["x", "y"], new int[1000], predicted, groups: sessions);
        Assert.AreEqual(grouped.AccuracyInterval, again.AccuracyInterval);

        // A form that loses two whole sessions lost 100 rows, which would be overwhelming if they were independent.
        var lost = ClassificationEvaluation.Of(
            "q", ["x", "y"], new int[1000], [.. predicted.Select((label, row) => row / 50 is 1 or 2 ? 1 : label)]);
        Assert.IsTrue(lost.ChangeFrom(plain).Interval.ExcludesZero);
        Assert.IsFalse(lost.ChangeFrom(grouped).Interval.ExcludesZero);
        Assert.AreEqual(lost.ChangeFrom(grouped), lost.ChangeFrom(grouped), "The draws are the same each time.");
    }

    [TestMethod]
    public void Of_GroupsThatDoNotDo_AreNamed()
    {
        Expect("2 rows have a class and 1 a group.", () => Of(["s"]));
        Expect("All 2 rows are of the group 's', and one group gives no interval: test on further ones.", () => Of(["s", "s"]));
        Expect("The rows of m stand in other groups than those of m", () => Of(["s", "t"]).ChangeFrom(Of(["s", "u"])));

        static ClassificationEvaluation Of(string[] groups) =>
            ClassificationEvaluation.Of("m", ["x", "y"], [0, 1], [0, 1], probabilities: null, groups);
        static void Expect(string message, Action action) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(action).Message, message);
    }
}
