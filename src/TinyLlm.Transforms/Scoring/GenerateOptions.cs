using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>How a model writes on behind a text.</summary>
public sealed record GenerateOptions : ScoringOptions
{
    /// <summary>Gets the text column of what is generated. Default <c>GeneratedText</c>.</summary>
    public string OutputColumnName { get; init; } = "GeneratedText";

    /// <summary>Gets how text is generated.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>Gets whether texts are put into the prompt template that the model's file holds, if it holds one. Default true.</summary>
    public bool UsePromptTemplate { get; init; } = true;

    private protected override void AddProblems(List<string> problems)
    {
        base.AddProblems(problems);
        Require(problems, !string.IsNullOrEmpty(OutputColumnName), $"{nameof(OutputColumnName)} is empty");
        Require(problems, Generation is not null, $"{nameof(Generation)} is missing");
        if (Generation is not null)
            Nested(problems, Generation.Validate);
    }
}
