using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>The tokens of a model and how text becomes tokens: byte-level BPE in GPT-2's alphabet.</summary>
public sealed partial record ModelVocabulary
{
    /// <summary>Gets the tokens' texts in GPT-2's printable byte alphabet, by id. They differ from each other.</summary>
    public required ImmutableArray<string> Tokens { get; init; }

    /// <summary>Gets the merges, best first, as <c>left right</c>. Empty: every byte is a token.</summary>
    public ImmutableArray<string> Merges { get; init; } = [];

    /// <summary>Gets the kinds of the tokens, by id. Default: all <see cref="TokenKind.Normal"/>.</summary>
    public ImmutableArray<TokenKind> Kinds
    {
        get => field.IsDefault ? [.. Enumerable.Repeat(TokenKind.Normal, Tokens.Length)] : field;
        init;
    }

    /// <summary>Gets llama.cpp's name of the rule that cuts text into words before merging. Default <c>gpt-2</c>.</summary>
    public string PreTokenizer { get; init; } = "gpt-2";

    /// <summary>Gets the token that begins a text, if there is one.</summary>
    public int? BeginToken { get; init; }

    /// <summary>Gets the token that ends a text, if there is one.</summary>
    public int? EndToken { get; init; }

    /// <summary>Gets the token for what the vocabulary lacks, if there is one.</summary>
    public int? UnknownToken { get; init; }

    /// <summary>Gets the token that fills up batches, if there is one.</summary>
    public int? PaddingToken { get; init; }

    /// <summary>Gets whether the begin token is put before every text. Default false.</summary>
    public bool AddBeginToken { get; init; }

    /// <summary>Gets the number of tokens.</summary>
    public int Count => Tokens.Length;

    /// <summary>Throws where the vocabulary contradicts itself; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">It does.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        if (Tokens.IsDefaultOrEmpty)
            problems.Add("it has no tokens");
        else if (Tokens.GroupBy(token => token, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            problems.Add($"the token '{twice.Key}' stands {twice.Count()} times");
        if (!Tokens.IsDefault && Kinds.Length != Tokens.Length)
            problems.Add($"there are {Tokens.Length} tokens and {Kinds.Length} kinds");
        else if (!Tokens.IsDefault && Kinds.Any(kind => !Enum.IsDefined(kind)))
            problems.Add($"there is a token of kind {(int)Kinds.First(kind => !Enum.IsDefined(kind))}; kinds are 0 to 6");
        if (AddBeginToken && BeginToken is null)
            problems.Add("the begin token is put before every text, and there is none");
        foreach (var (name, id) in new[] { ("begin", BeginToken), ("end", EndToken), ("unknown", UnknownToken), ("padding", PaddingToken) })
        {
            if (id is { } value && (value < 0 || Tokens.IsDefault || value >= Tokens.Length))
                problems.Add($"the {name} token is {value}, and ids are 0 to {(Tokens.IsDefault ? 0 : Tokens.Length) - 1}");
        }

        if (problems.Count > 0)
            throw new ArgumentException($"The vocabulary is not valid: {string.Join("; ", problems)}.");
    }

    /// <summary>Compares contents.</summary>
    public bool Equals(ModelVocabulary? other) =>
        other is not null
        && Tokens.AsSpan().SequenceEqual(other.Tokens.AsSpan())
        && Merges.AsSpan().SequenceEqual(other.Merges.AsSpan())
        && Kinds.AsSpan().SequenceEqual(other.Kinds.AsSpan())
        && (PreTokenizer, BeginToken, EndToken, UnknownToken, PaddingToken, AddBeginToken)
            == (other.PreTokenizer, other.BeginToken, other.EndToken, other.UnknownToken, other.PaddingToken, other.AddBeginToken);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Tokens.Length, Merges.Length, PreTokenizer, BeginToken, EndToken);
}
