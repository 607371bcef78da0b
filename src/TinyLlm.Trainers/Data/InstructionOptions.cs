namespace TinyLlm.Trainers.Data;

/// <summary>How instruction examples become rows.</summary>
internal sealed record InstructionOptions
{
    /// <summary>Gets T, the length of a row.</summary>
    public required int Length { get; init; }

    /// <summary>Gets the number of tokens that the network knows.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Gets whether only the response is learned, not the prompt. Default true.</summary>
    public bool ResponseOnly { get; init; } = true;

    /// <summary>Gets whether examples that share a row do not see each other. Default true.</summary>
    public bool SeparateDocuments { get; init; } = true;
}
