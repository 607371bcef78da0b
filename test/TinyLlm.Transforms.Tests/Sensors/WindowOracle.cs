namespace TinyLlm.Transforms.Tests.Sensors;

/// <summary>
/// Windows by brute force, from what the whole recording was: each group's rows in a list, runs of those that are still there, and every
/// slice of a run.
/// </summary>
internal static class WindowOracle
{
    /// <summary>Returns windows as their group and the numbers of their rows, in the order in which the rows complete them.</summary>
    /// <param name="groups">The group of each row of the recording, by its number.</param>
    /// <param name="isThere">Whether a row is still there.</param>
    /// <param name="length">The rows of a window.</param>
    /// <param name="hop">The rows from one window's beginning to the next one's.</param>
    public static string[] Cut(IReadOnlyList<string> groups, Func<int, bool> isThere, int length, int hop)
    {
        var windows = new List<int[]>();
        foreach (var rows in Enumerable.Range(0, groups.Count).GroupBy(row => groups[row]))
        {
            var run = new List<int>();
            foreach (var row in rows.Append(-1))
            {
                if (row >= 0 && isThere(row))
                {
                    run.Add(row);
                    continue;
                }

                for (var start = 0; start + length <= run.Count; start += hop)
                    windows.Add([.. run.Skip(start).Take(length)]);
                run.Clear();
            }
        }

        return [.. windows.OrderBy(window => window[^1]).Select(window => Describe(groups[window[0]], window.Select(row => (float)row)))];
    }

    public static string Describe(string group, IEnumerable<float> rows) => $"{group}: {string.Join(' ', rows)}";
}
