using System.Collections.Immutable;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Settings for learning a byte-level BPE vocabulary.</summary>
public sealed record BytePairTrainerOptions
{
    internal const int ByteCount = 256;

    /// <summary>Gets the most tokens, reserved ones and the 256 bytes included. Default 8192.</summary>
    public int VocabularySize { get; init; } = 8192;

    /// <summary>Gets how often a pair must stand in the texts to be merged. Default 2; at least 1.</summary>
    public long MinimumFrequency { get; init; } = 2;

    /// <summary>
    /// Gets the tokens that steer the model and never come from ordinary text; the first one begins and ends texts. Default
    /// <c>&lt;|endoftext|&gt;</c>.
    /// </summary>
    public ImmutableArray<string> ControlTokens { get; init; } = ["<|endoftext|>"];

    /// <summary>Gets texts that are kept whole wherever they stand, such as the symbols of sensor bins. Default none.</summary>
    public ImmutableArray<string> ReservedTokens { get; init; } = [];

    /// <summary>Gets where training can be cancelled. Default: it cannot.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws where settings are outside their ranges; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">They are.</exception>
    public void Validate()
    {
        var whole = ControlTokens.Concat(ReservedTokens).ToArray();
        var needed = ByteCount + whole.Length;
        var problems = new List<string>();
        if (VocabularySize < needed)
            problems.Add(
                $"{nameof(VocabularySize)} is {VocabularySize}, and {ByteCount} bytes with {whole.Length} whole tokens need {needed}");
        if (MinimumFrequency < 1)
            problems.Add($"{nameof(MinimumFrequency)} is {MinimumFrequency}; at least 1 is expected");
        if (whole.Contains(""))
            problems.Add("a whole token is empty");
        if (whole.GroupBy(token => token, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            problems.Add($"'{twice.Key}' is given {twice.Count()} times");
        if (whole.FirstOrDefault(token => ByteAlphabet.Decode(token) is { Length: 1 }) is { } single)
            problems.Add($"'{single}' is the name of a byte's own token; choose a longer one");
        if (AddedTokenOverlap.Find(whole) is var (left, right, _))
            problems.Add($"'{left}' can end where '{right}' begins, so that a text would have two readings; choose others");
        if (problems.Count > 0)
            throw new ArgumentException($"{nameof(BytePairTrainerOptions)} are not valid: {string.Join("; ", problems)}.");
    }
}
