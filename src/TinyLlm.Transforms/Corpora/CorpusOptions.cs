using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Settings for choosing the documents of a corpus; <see langword="null"/> turns a rule off.</summary>
/// <remarks>
/// The kinds of rules and most thresholds follow Rae et al., Gopher, appendix A (<see href="https://arxiv.org/abs/2112.11446"/>).
/// </remarks>
public sealed record CorpusOptions
{
    /// <summary>Gets the fewest characters of a document. Default 200; at least 0.</summary>
    public int? MinimumCharacters { get; init; } = 200;

    /// <summary>Gets the most characters of a document. Default: any.</summary>
    public int? MaximumCharacters { get; init; }

    /// <summary>Gets the largest share of symbols among the characters that are not white space. Default 0.1; 0 to 1.</summary>
    public double? MaximumSymbolShare { get; init; } = 0.1;

    /// <summary>
    /// Gets the least share of letters of <see cref="LanguageRanges"/> among all letters; a text without letters has 0. Default 0.8; 0 to
    /// 1.
    /// </summary>
    public double? MinimumLanguageShare { get; init; } = 0.8;

    /// <summary>Gets the characters of the wanted languages. Default: Latin.</summary>
    public ImmutableArray<UnicodeRange> LanguageRanges { get; init; } =
        [UnicodeRanges.BasicLatin, UnicodeRanges.Latin1Supplement, UnicodeRanges.LatinExtendedA, UnicodeRanges.LatinExtendedB];

    /// <summary>Gets the largest share of characters in lines that stood in the document before. Default 0.3; 0 to 1.</summary>
    public double? MaximumRepeatedLineShare { get; init; } = 0.3;

    /// <summary>
    /// Gets the largest share of groups of five words that stood in the document before, estimated from one in eight. Default 0.3; 0 to 1.
    /// </summary>
    public double? MaximumRepeatedWordShare { get; init; } = 0.3;

    /// <summary>Gets the largest share of lines with one of <see cref="BoilerplatePhrases"/>. Default 0.2; 0 to 1.</summary>
    public double? MaximumBoilerplateShare { get; init; } = 0.2;

    /// <summary>Gets what tells a page's own lines, in any case of letters.</summary>
    public ImmutableArray<string> BoilerplatePhrases { get; init; } =
        ["all rights reserved", "terms of use", "terms of service", "privacy policy", "cookie policy", "uses cookies",
            "enable javascript", "subscribe to our", "click here", "lorem ipsum"];

    /// <summary>Gets whether a text is kept once only. Default true.</summary>
    public bool RemoveExactDuplicates { get; init; } = true;

    /// <summary>
    /// Gets how much of the smaller of two documents may stand in the other, as the share of its groups of five words, estimated by
    /// MinHash. Default 0.15, which finds adaptations and anthologies too; unrelated books share less than 0.02. 0 to 1.
    /// </summary>
    public double? MaximumOverlap { get; init; } = 0.15;

    /// <summary>Gets how many rejected documents of each reason the report shows, drawn at random. Default 5; at least 0.</summary>
    public int SampleCount { get; init; } = 5;

    /// <summary>Gets what random choices hang on. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Gets where curating can be cancelled. Default: it cannot.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws where settings are outside their ranges; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">They are.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(CorpusOptions),
        (MinimumCharacters is null or >= 0, $"{nameof(MinimumCharacters)} is {MinimumCharacters}; at least 0 is expected"),
        (!(MaximumCharacters < (MinimumCharacters ?? 1)),
            $"{nameof(MaximumCharacters)} is {MaximumCharacters}; at least {MinimumCharacters ?? 1} is expected"),
        Share(MaximumSymbolShare, nameof(MaximumSymbolShare)),
        Share(MinimumLanguageShare, nameof(MinimumLanguageShare)),
        Share(MaximumRepeatedLineShare, nameof(MaximumRepeatedLineShare)),
        Share(MaximumRepeatedWordShare, nameof(MaximumRepeatedWordShare)),
        Share(MaximumBoilerplateShare, nameof(MaximumBoilerplateShare)),
        Share(MaximumOverlap, nameof(MaximumOverlap)),
        (!LanguageRanges.IsDefaultOrEmpty || MinimumLanguageShare is null, $"{nameof(LanguageRanges)} are empty"),
        (!BoilerplatePhrases.IsDefault && !BoilerplatePhrases.Contains(""), $"{nameof(BoilerplatePhrases)} are not set, or one is empty"),
        (SampleCount >= 0, $"{nameof(SampleCount)} is {SampleCount}; at least 0 is expected"));

    private static (bool, string) Share(double? value, string name) =>
        (value is null or (>= 0 and <= 1), FormattableString.Invariant($"{name} is {value}; 0 to 1 is expected"));
}
