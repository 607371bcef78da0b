using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>How text is generated.</summary>
public sealed record GenerationOptions
{
    /// <summary>Gets the most tokens to generate; at least 1. Default 128.</summary>
    public int MaximumTokens { get; init; } = 128;

    /// <summary>Gets the temperature; 0 takes the most probable token each time. Default 0.</summary>
    public float Temperature { get; init; }

    /// <summary>Gets from how many of the most probable tokens is drawn; at least 1. Default: all.</summary>
    public int? TopK { get; init; }

    /// <summary>Gets the probability that the tokens drawn from have together; above 0, at most 1. Default 1.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Gets the least probability of a token drawn, as a share of the most probable one's; from 0 to below 1. Default 0.</summary>
    public float MinP { get; init; }

    /// <summary>Gets by what the logits of the last 64 tokens are divided; positive, 1 for none. Default 1.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Gets the seed of the draws. Default 0.</summary>
    public uint Seed { get; init; }

    /// <summary>Gets the texts that end the generation; they are not part of it. Default none.</summary>
    public ImmutableArray<string> StopTexts { get; init; } = [];

    /// <summary>Gets a grammar in llama.cpp's GBNF that the text must follow, with the rule <c>root</c>. Default none.</summary>
    public string? Grammar { get; init; }

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(GenerationOptions),
        (MaximumTokens >= 1, $"{nameof(MaximumTokens)} is {MaximumTokens}; at least 1 is expected"),
        (Temperature >= 0 && float.IsFinite(Temperature), $"{nameof(Temperature)} is {Temperature}; 0 or more is expected"),
        (TopK is null or >= 1, $"{nameof(TopK)} is {TopK}; at least 1 is expected"),
        (TopP is > 0 and <= 1, $"{nameof(TopP)} is {TopP}; a number above 0, at most 1, is expected"),
        (MinP is >= 0 and < 1, $"{nameof(MinP)} is {MinP}; a number from 0 to below 1 is expected"),
        (RepetitionPenalty > 0 && float.IsFinite(RepetitionPenalty),
            $"{nameof(RepetitionPenalty)} is {RepetitionPenalty}; a positive number is expected"),
        (!StopTexts.IsDefault && !StopTexts.Contains("") && !StopTexts.Contains(null!), $"{nameof(StopTexts)} holds an empty text"));
}
