namespace TinyLlm.Transforms;

/// <summary>How a model turns text into vectors.</summary>
public sealed record EmbedOptions : BatchedScoringOptions
{
    /// <summary>Gets the column of the vectors. Default <c>Features</c>.</summary>
    public string OutputColumnName { get; init; } = "Features";

    private protected override void AddProblems(List<string> problems)
    {
        base.AddProblems(problems);
        Require(problems, !string.IsNullOrEmpty(OutputColumnName), $"{nameof(OutputColumnName)} is empty");
    }
}
