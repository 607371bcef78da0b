namespace TinyLlm.Transforms.Tests.Sensors;

/// <summary>Rows of several groups in one stream, and gaps between rows, without ML.NET.</summary>
[TestClass]
public sealed class SensorWindowerGroupTests
{
    [TestMethod]
    [DataRow(1, 2, 3, 3)]
    [DataRow(2, 7, 4, 1)]
    [DataRow(3, 40, 5, 2)]
    [DataRow(4, 3, 2, 5)]
    public void Cut_GroupsAtRandom_AreTheSlicesOfEachGroup(int seed, int groupCount, int length, int hop)
    {
        // Single rows and bursts of up to nine, of groups that are not equally frequent.
        var random = new Random(seed);
        var groups = new List<string>();
        while (groups.Count < 1500)
        {
            var group = $"g{random.Next(1 + random.Next(groupCount))}";
            groups.AddRange(Enumerable.Repeat(group, random.Next(2) == 0 ? 1 : random.Next(1, 10)));
        }

        var found = Cut(groups, new SensorWindowOptions { Length = length, Hop = hop });
        CollectionAssert.AreEqual(WindowOracle.Cut(groups, _ => true, length, hop), found);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(1000)]
    public void Cut_GroupsByTurns_HaveTheWindowsOfEachGroupAlone(int groupCount)
    {
        var groups = Enumerable.Range(0, groupCount * 7).Select(row => $"g{row % groupCount}").ToArray();
        var found = Cut(groups, new SensorWindowOptions { Length = 3 });
        Assert.HasCount(groupCount * 2, found);
        CollectionAssert.AreEqual(WindowOracle.Cut(groups, _ => true, 3, 3), found);
    }

    [TestMethod]
    public void Cut_InterpolatedGroupsByTurns_AreThoseOfEachGroupAlone()
    {
        // The oracle: the same groups one after the other, which needs one group at a time only.
        var random = new Random(5);
        var time = new double[3];
        var rows = Enumerable.Range(0, 300).Select(row =>
        {
            var group = random.Next(3);
            time[group] += 0.5 + random.NextDouble();
            return new SensorRow<int, string>(group, time[group], new[] { row * 0.5f }, $"{random.Next(2)}");
        }).ToArray();
        var options = new SensorWindowOptions { Length = 4, Hop = 3, SampleInterval = 1, Gap = WindowGap.Interpolate, MaximumGap = 1.4 };
        var alone = Describe(rows.GroupBy(row => row.Group).SelectMany(group => group), options with { MaximumOpenGroups = 1 });
        var together = Describe(rows, options);
        Assert.IsGreaterThan(30, alone.Length);
        CollectionAssert.AreEquivalent(alone, together);
        CollectionAssert.AreEqual(
            alone.Where(window => window[0] == '1').ToArray(), together.Where(window => window[0] == '1').ToArray(), "In their order.");

        static string[] Describe(IEnumerable<SensorRow<int, string>> rows, SensorWindowOptions options) => [.. SensorWindower
            .Cut(rows, 1, options)
            .Select(window => $"{window.Group} {window.FirstSample} {window.Label}: {string.Join(' ', window.Values.ToArray())}")];
    }

    [TestMethod]
    public void Cut_MoreGroupsThanMayBeOpen_AreAnError()
    {
        var turns = Enumerable.Range(0, 12).Select(row => $"g{row % 4}").ToArray();
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Cut(turns, new SensorWindowOptions { Length = 2, MaximumOpenGroups = 3 })).Message;
        StringAssert.Contains(
            message,
            "Row 4 of the stream is of the group 'g0', which comes back after rows of 3 others; MaximumOpenGroups is 3: set it to the "
            + "number of groups whose rows alternate, or sort the rows by group.");
        Assert.HasCount(4, Cut(turns, new SensorWindowOptions { Length = 2, MaximumOpenGroups = 4 }));
    }

    [TestMethod]
    public void Cut_GroupsOneAfterTheOther_MayBeMoreThanAreOpen()
    {
        // Three open, of which each closes for good before a fourth begins.
        var groups = Enumerable.Range(0, 3000).Select(row => $"g{(row / 300 * 3) + (row % 3)}").ToArray();
        CollectionAssert.AreEqual(
            WindowOracle.Cut(groups, _ => true, 8, 5), Cut(groups, new SensorWindowOptions { Length = 8, Hop = 5, MaximumOpenGroups = 3 }));
    }

    [TestMethod]
    public void Cut_OneOpenGroup_BeginsAnewWhereItComesBack()
    {
        var found = Cut(["a", "a", "a", "b", "a", "b", "b", "a", "a"], new SensorWindowOptions { Length = 2, MaximumOpenGroups = 1 });
        CollectionAssert.AreEqual(new[] { "a: 0 1", "b: 5 6", "a: 7 8" }, found);
    }

    [TestMethod]
    public void Cut_StepsInTime_EndRunsOfTheirGroupOnly()
    {
        // a has a gap behind 1 and falls behind 11; b, between, has neither. Equal times, and the longest step itself, are no gaps.
        (string Group, double Time)[] rows =
        [
            ("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 10), ("b", 2), ("a", 11), ("a", 11), ("b", 3), ("a", 12.5), ("a", 5), ("a", 5.2),
            ("b", 4.5), ("b", 5),
        ];
        var found = Cut(
            [.. rows.Select(row => row.Group)], new SensorWindowOptions { Length = 2, Hop = 1, MaximumGap = 1.5 },
            [.. rows.Select(row => row.Time)]);
        CollectionAssert.AreEqual(
            new[] { "a: 0 2", "b: 1 3", "b: 3 5", "a: 4 6", "a: 6 7", "b: 5 8", "a: 7 9", "a: 10 11", "b: 8 12", "b: 12 13" }, found);
        Assert.HasCount(
            12, Cut([.. rows.Select(row => row.Group)], new SensorWindowOptions { Length = 2, Hop = 1 }, [.. rows.Select(row => row.Time)]),
            "Without MaximumGap times are not read.");
    }

    [TestMethod]
    public void Cut_LongestStepWithRounding_IsNoGap() => Assert.HasCount(
        1, Cut(["a", "a", "a"], new SensorWindowOptions { Length = 3, MaximumGap = 0.1 }, [0.1, 0.2, 0.1 + 0.2])); // a step of 0.1 + 3e-17

    [TestMethod]
    [DataRow(double.NaN, "NaN")]
    [DataRow(double.PositiveInfinity, "Infinity")]
    public void Cut_TimeThatIsNone_IsNamed(double time, string text) => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidDataException>(
            () => Cut(["a", "b"], new SensorWindowOptions { MaximumGap = 1 }, [1, time])).Message,
        $"Row 1 of the stream has the time {text}; a finite number is expected: leave out rows without a time.");

    [TestMethod]
    public void Cut_LabelsThatAllDiffer_AreForgottenBehindTheirWindow()
    {
        var values = new float[1];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rows = Enumerable.Range(0, 50_000).Select(row => new SensorRow<int, int>(0, 0, values, row));
        Assert.AreEqual(49_999, SensorWindower.Cut(rows, 1, new SensorWindowOptions { Length = 4, Hop = 1 }).Last().Label);
        Assert.IsLessThan(100_000L, GC.GetAllocatedBytesForCurrentThread() - before, "50,000 counts of labels would be a million bytes.");
    }

    [TestMethod]
    public void Cut_RowsOfKnownGroups_AllocateNothing()
    {
        var values = new float[] { 1, 2 };
        var options = new SensorWindowOptions { Length = 10, Hop = 5 };
        var (few, many) = (Allocated(20_000), Allocated(200_000));
        Assert.IsLessThan(few + 10_000, many, "180,000 rows and 36,000 windows more.");

        long Allocated(int count)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var window in SensorWindower.Cut(Rows(count), 2, options))
                Assert.AreEqual(20, window.Values.Length);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        IEnumerable<SensorRow<int, int>> Rows(int count)
        {
            for (var row = 0; row < count; row++)
                yield return new(row % 100, row, values, row % 3);
        }
    }

    [TestMethod]
    public void Validate_GroupsAndGapsOutOfRange_AreReported()
    {
        foreach (var (options, problem) in new (SensorWindowOptions, string)[]
        {
            (new() { MaximumOpenGroups = 0 }, "MaximumOpenGroups is 0; 1 to 1,000,000 are expected"),
            (new() { MaximumOpenGroups = 1_000_001 }, "MaximumOpenGroups is 1000001; 1 to 1,000,000 are expected"),
            (new() { MaximumGap = 0 }, "MaximumGap is 0; a positive time is expected"),
            (new() { MaximumGap = double.PositiveInfinity }, "a positive time is expected"),
        })
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(options.Validate).Message, problem);
        Assert.AreEqual(1024, new SensorWindowOptions().MaximumOpenGroups);
    }

    private static string[] Cut(IReadOnlyList<string> groups, SensorWindowOptions options, double[]? times = null) => [.. SensorWindower
        .Cut(groups.Select((group, row) => new SensorRow<string, int>(group, times?[row] ?? 0, new float[] { row }, 0)), 1, options)
        .Select(window => WindowOracle.Describe(window.Group, window.Values.ToArray()))];
}
