namespace TinyLlm.Transforms;

/// <summary>What a stream had and what became of it.</summary>
internal sealed class WindowCounts
{
    private readonly long[] _ends = new long[Enum.GetValues<RunEnd>().Length];

    public long Rows { get; set; }

    public long Groups { get; set; }

    public long Windows { get; set; }

    /// <summary>Gets the runs that have ended.</summary>
    public long Runs { get; private set; }

    /// <summary>Gets the samples of the longest run.</summary>
    public long LongestRun { get; private set; }

    /// <summary>Gets the samples of all runs.</summary>
    public long Samples { get; private set; }

    /// <summary>Gets the samples that are in no window.</summary>
    public long Unused { get; private set; }

    /// <summary>Gets or sets the most rows of other groups between two rows of one run.</summary>
    public long LongestAbsence { get; set; }

    /// <summary>Counts a run that has ended.</summary>
    public void Add(long samples, long unused, RunEnd cause)
    {
        (Runs, Samples, Unused) = (Runs + 1, Samples + samples, Unused + unused);
        LongestRun = Math.Max(LongestRun, samples);
        _ends[(int)cause]++;
    }

    /// <summary>Returns how many runs ended so.</summary>
    public long Ended(RunEnd cause) => _ends[(int)cause];
}
