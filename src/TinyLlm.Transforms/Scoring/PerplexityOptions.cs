namespace TinyLlm.Transforms;

/// <summary>How a model measures how usual a text is.</summary>
public sealed record PerplexityOptions : BatchedScoringOptions
{
    /// <summary>Gets the column of the mean negative log-likelihoods, in nats per token. Default <c>NatsPerToken</c>.</summary>
    public string OutputColumnName { get; init; } = "NatsPerToken";

    private protected override void AddProblems(List<string> problems)
    {
        base.AddProblems(problems);
        Require(problems, !string.IsNullOrEmpty(OutputColumnName), $"{nameof(OutputColumnName)} is empty");
    }
}
