namespace TinyLlm.Trainers;

/// <summary>
/// The interval of a share over rows of which those of one group, such as overlapping windows of one session, are no independent evidence:
/// whole groups are drawn again, with replacement.
/// </summary>
/// <remarks>
/// The percentile interval of 2,000 draws with a fixed seed, so that a report is the same each time. With few groups, some ten, it is too
/// narrow. Sources: B. Efron and R. Tibshirani, "An introduction to the bootstrap" (1993), section 13.3; C. A. Field and A. H. Welsh,
/// "Bootstrapping clustered data", J. R. Statist. Soc. B 69 (2007).
/// </remarks>
internal static class GroupBootstrap
{
    private const int Draws = 2_000;
    private const int Seed = 1;
    private const double Tail = 0.025;

    /// <summary>Returns the interval of the sum over all rows, divided by their number.</summary>
    /// <param name="groups">The sum over the rows of each group, and their number.</param>
    public static ConfidenceInterval Of(IReadOnlyList<(int Sum, int Count)> groups)
    {
        var random = new Random(Seed);
        var shares = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (sum, count) = (0L, 0L);
            for (var i = 0; i < groups.Count; i++)
            {
                var group = groups[random.Next(groups.Count)];
                (sum, count) = (sum + group.Sum, count + group.Count);
            }

            shares[draw] = (double)sum / count;
        }

        Array.Sort(shares);
        var below = (int)(Tail * Draws);
        return new ConfidenceInterval(shares[below], shares[^(below + 1)]);
    }

    /// <summary>Returns the sums and numbers of rows by group.</summary>
    public static (int Sum, int Count)[] Collect(IReadOnlyList<string> groups, Func<int, int> valueOfRow) =>
        [.. Enumerable.Range(0, groups.Count).GroupBy(row => groups[row], StringComparer.Ordinal)
            .Select(rows => (rows.Sum(valueOfRow), rows.Count()))];
}
