namespace TinyLlm.Trainers.Data;

/// <summary>A prompt and the response that should follow it.</summary>
/// <param name="Prompt">The tokens that are given.</param>
/// <param name="Response">The tokens to be learned; at least one. A token that ends the response is one of them.</param>
internal readonly record struct InstructionExample(ReadOnlyMemory<int> Prompt, ReadOnlyMemory<int> Response)
{
    /// <summary>
    /// Gets how many positions of a row it takes: every token but the last is read, every token but the first is a target.
    /// </summary>
    public int Positions => Prompt.Length + Response.Length - 1;
}
