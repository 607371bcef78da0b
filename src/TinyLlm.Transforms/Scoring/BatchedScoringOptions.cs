namespace TinyLlm.Transforms;

/// <summary>What every stage has in common that computes many rows together.</summary>
public abstract record BatchedScoringOptions : ScoringOptions
{
    private protected BatchedScoringOptions()
    {
    }

    /// <summary>Gets how many rows are read ahead, to be computed together; from 1 to 1,024. Default 64.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>
    /// Gets the most bytes in which the transformer keeps texts with their results, so that a row that is read again, as by a trainer of
    /// many passes, does not run the model again; 0 keeps none. Default 64 MiB.
    /// </summary>
    public long CacheBytes { get; init; } = 64 << 20;

    private protected override void AddProblems(List<string> problems)
    {
        base.AddProblems(problems);
        Require(problems, BatchRows is >= 1 and <= 1024, $"{nameof(BatchRows)} is {BatchRows}; 1 to 1,024 is expected");
        Require(problems, CacheBytes >= 0, $"{nameof(CacheBytes)} is {CacheBytes}; 0 or more is expected");
    }
}
