using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>The sizes of a language model: everything about it but its vocabulary's texts and its weights.</summary>
public sealed record ModelArchitecture
{
    /// <summary>Gets the network.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>Gets the number of blocks; at least 1.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Gets the embedding width C; a multiple of <see cref="HeadCount"/>.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>Gets the number of attention heads H; at least 1.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Gets the number of key/value heads K, a divisor of <see cref="HeadCount"/>. Default: as many as heads.</summary>
    public int KeyValueHeadCount { get => field == 0 ? HeadCount : field; init; }

    /// <summary>Gets the feed-forward width F. Default: 4·C for GPT-2, and ⅔·4·C rounded up to a multiple of 32 for Llama.</summary>
    public int FeedForwardLength
    {
        get => field != 0 ? field : Kind == ModelKind.Gpt2 ? 4 * EmbeddingLength : ((8 * EmbeddingLength / 3) + 31) / 32 * 32;
        init;
    }

    /// <summary>Gets the most tokens that fit one sequence. Default 1,024.</summary>
    public int ContextLength { get; init; } = 1024;

    /// <summary>Gets the number of tokens V in the vocabulary. Default 50,257, GPT-2's.</summary>
    public int VocabularySize { get; init; } = 50257;

    /// <summary>Gets ε of LayerNorm or RMSNorm. Default 1e-5.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Gets the base of the rotary angles, used by Llama only. Default 10,000.</summary>
    public double RopeBase { get; init; } = 10000;

    /// <summary>Gets whether the output head is the token embedding. Default true.</summary>
    public bool TiedHead { get; init; } = true;

    /// <summary>Gets the width of one head, D = C / H.</summary>
    public int HeadSize => EmbeddingLength / HeadCount;

    /// <summary>Gets the width of all key (or value) heads, K·D.</summary>
    public int KeyValueLength => KeyValueHeadCount * HeadSize;

    /// <summary>Gets the architecture's name in GGUF: <c>gpt2</c> or <c>llama</c>.</summary>
    public string Name => Kind == ModelKind.Gpt2 ? "gpt2" : "llama";

    /// <summary>Gets the number of parameters.</summary>
    public long ParameterCount => GetTensorShapes().Sum(tensor => tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension));

    /// <summary>Returns every tensor's name and shape (outermost first), in the order in which they are saved.</summary>
    public ImmutableArray<(string Name, ImmutableArray<long> Shape)> GetTensorShapes() =>
        Kind == ModelKind.Gpt2 ? TensorLayout.Gpt2(this) : TensorLayout.Llama(this);

    /// <summary>Returns the bytes of the weights in a type, and where that type will not be given.</summary>
    public QuantizationEstimate Estimate(GgufTensorType type) => QuantizationEstimate.Of(this, type);

    /// <summary>Throws where the sizes do not make a model; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Require(Enum.IsDefined(Kind), $"{nameof(Kind)} {Kind} is unknown");
        Require(LayerCount >= 1, $"{nameof(LayerCount)} is {LayerCount}; at least 1 is expected");
        Require(HeadCount >= 1, $"{nameof(HeadCount)} is {HeadCount}; at least 1 is expected");
        Require(EmbeddingLength >= 1, $"{nameof(EmbeddingLength)} is {EmbeddingLength}; at least 1 is expected");
        Require(FeedForwardLength >= 1, $"{nameof(FeedForwardLength)} is {FeedForwardLength}; at least 1 is expected");
        Require(ContextLength >= 1, $"{nameof(ContextLength)} is {ContextLength}; at least 1 is expected");
        Require(VocabularySize >= 1, $"{nameof(VocabularySize)} is {VocabularySize}; at least 1 is expected");
        Require(NormEpsilon is > 0 and < 1, $"{nameof(NormEpsilon)} is {NormEpsilon}; a number between 0 and 1 is expected");
        Require(RopeBase > 1 && double.IsFinite(RopeBase), $"{nameof(RopeBase)} is {RopeBase}; a number above 1 is expected");
        if (HeadCount >= 1)
        {
            Require(
                EmbeddingLength % HeadCount == 0,
                $"{nameof(EmbeddingLength)} {EmbeddingLength} is no multiple of {nameof(HeadCount)} {HeadCount}");
            Require(
                KeyValueHeadCount >= 1 && HeadCount % KeyValueHeadCount == 0,
                $"{nameof(KeyValueHeadCount)} {KeyValueHeadCount} is no divisor of {nameof(HeadCount)} {HeadCount}");
            Require(Kind != ModelKind.Llama || HeadSize % 2 == 0, $"the head size {HeadSize} is odd, and rotary positions turn pairs");
        }

        if (problems.Count > 0)
            throw new ArgumentException($"The architecture is not valid: {string.Join("; ", problems)}.");

        void Require(bool condition, string problem)
        {
            if (!condition)
                problems.Add(problem);
        }
    }

    /// <summary>Compares the sizes, whether they were given or follow from others.</summary>
    public bool Equals(ModelArchitecture? other) => other is not null && Sizes == other.Sizes;

    /// <inheritdoc/>
    public override int GetHashCode() => Sizes.GetHashCode();

    private (ModelKind, int, int, int, int, int, int, int, double, double, bool) Sizes =>
        (Kind, LayerCount, EmbeddingLength, HeadCount, KeyValueHeadCount, FeedForwardLength, ContextLength, VocabularySize,
            NormEpsilon, RopeBase, TiedHead);
}
