using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace TinyLlm.Gguf;

/// <summary>How a whole model is quantized.</summary>
public sealed record QuantizationOptions
{
    /// <summary>Gets the quantization.</summary>
    public required GgufFileType Type { get; init; }

    /// <summary>Gets the number of threads; at least 1. Default: as many as processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Gets whether every matrix takes the same type, instead of better ones where it pays. Default false.</summary>
    public bool Pure { get; init; }

    /// <summary>Gets the type of the output head. Default: what the quantization has for it.</summary>
    public GgufTensorType? OutputType { get; init; }

    /// <summary>Gets the type of the token embedding. Default: what the quantization has for it.</summary>
    public GgufTensorType? TokenEmbeddingType { get; init; }

    /// <summary>
    /// Gets types for tensors in whose name an ECMAScript regular expression is found; the first that is found holds. Default none.
    /// </summary>
    public ImmutableArray<(string Pattern, GgufTensorType Type)> Overrides { get; init; } = [];

    /// <summary>Gets which columns of the matrices matter, collected from text. Some types need it. Default none.</summary>
    public ImportanceMatrix? ImportanceMatrix { get; init; }

    /// <summary>Gets whether a file that is quantized already may be quantized again, which loses more. Default false.</summary>
    public bool AllowRequantize { get; init; }

    /// <summary>Throws where the settings contradict each other; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">They do.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(QuantizationOptions),
        (Enum.IsDefined(Type), $"{nameof(Type)} {Type} is unknown"),
        (Threads is null or >= 1, $"{nameof(Threads)} is {Threads}; at least 1 is expected"),
        (OutputType is null || GgufTensorTypes.IsDefined(OutputType.Value), $"{nameof(OutputType)} {OutputType} is unknown"),
        (TokenEmbeddingType is null || GgufTensorTypes.IsDefined(TokenEmbeddingType.Value),
            $"{nameof(TokenEmbeddingType)} {TokenEmbeddingType} is unknown"),
        (!Overrides.IsDefault, $"{nameof(Overrides)} is not initialized"),
        (Overrides.IsDefault || Overrides.All(o => IsPattern(o.Pattern)),
            $"{nameof(Overrides)} has a pattern that is no regular expression"),
        (Overrides.IsDefault || Overrides.All(o => GgufTensorTypes.IsDefined(o.Type)), $"{nameof(Overrides)} has an unknown type"),
        (ImportanceMatrix is not null || !Type.NeedsImportance(),
            $"{Type} needs an {nameof(ImportanceMatrix)}: collect one from text of your own with "
            + $"{nameof(TinyLlm.Gguf.ImportanceMatrix)}.{nameof(TinyLlm.Gguf.ImportanceMatrix.Collect)}"));

    /// <summary>Returns the type that the settings ask for a tensor.</summary>
    internal GgufTensorType Asked(GgufTensorInfo tensor, bool isTied)
    {
        if (TensorLayout.StaysF32(tensor.Name, tensor.Shape.Length))
            return tensor.Type;
        foreach (var (pattern, type) in Overrides)
        {
            if (Regex.IsMatch(tensor.Name, pattern, RegexOptions.ECMAScript))
                return type;
        }

        var isEmbedding = tensor.Name == TensorLayout.TokenEmbedding;
        var isOutput = tensor.Name == TensorLayout.Output || (isEmbedding && isTied);
        return (isEmbedding ? TokenEmbeddingType : null) ?? (isOutput ? OutputType : null) ?? Type.BaseType();
    }

    private static bool IsPattern(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern))
            return false;
        try
        {
            _ = new Regex(pattern, RegexOptions.ECMAScript);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
