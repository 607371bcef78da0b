namespace TinyLlm.Transforms;

/// <summary>What every stage has in common that computes many rows together.</summary>
public abstract record BatchedScoringOptions : ScoringOptions
{
    private protected BatchedScoringOptions()
    {
    }

    /// <summary>Gets how many rows are read ahead, to be computed together; from 1 to 1,024. Default 64.</summary>
    public int BatchRows { get; init; } = 64;

    private protected override void AddProblems(List<string> problems)
    {
        base.AddProblems(problems);
        Require(problems, BatchRows is >= 1 and <= 1024, $"{nameof(BatchRows)} is {BatchRows}; 1 to 1,024 is expected");
    }
}
