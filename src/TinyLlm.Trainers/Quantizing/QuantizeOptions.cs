using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>How the model that the schema carries is quantized.</summary>
public sealed record QuantizeOptions
{
    /// <summary>Gets the quantization. Default <see cref="GgufFileType.Q8_0"/>.</summary>
    public GgufFileType Type { get; init; } = GgufFileType.Q8_0;

    /// <summary>
    /// Gets the text column that tells which columns of the matrices matter; <c>IQ1_*</c>, <c>IQ2_*</c>, <c>IQ3_XXS</c>, <c>IQ3_XS</c> and
    /// <c>Q2_K_S</c> need it. Default: none is read.
    /// </summary>
    public string? ImportanceColumnName { get; init; }

    /// <summary>Gets the most rows that are read of it; at least 1. Default 256.</summary>
    public int ImportanceRows { get; init; } = 256;

    /// <summary>
    /// Gets types for tensors in whose name an ECMAScript regular expression is found; the first that is found holds. Default none.
    /// </summary>
    public ImmutableArray<(string Pattern, GgufTensorType Type)> Overrides { get; init; } = [];

    /// <summary>Gets the column that carries the model, before and after. Default <c>LanguageModel</c>.</summary>
    public string ModelColumnName { get; init; } = LanguageModelColumn.DefaultName;

    /// <summary>Gets where quantizing can be cancelled. Default: it cannot.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(QuantizeOptions),
        (Enum.IsDefined(Type), $"{nameof(Type)} {Type} is unknown"),
        (ImportanceColumnName is not null || !Type.NeedsImportance(), $"{Type} needs the texts of an {nameof(ImportanceColumnName)}"),
        (ImportanceRows >= 1, $"{nameof(ImportanceRows)} is {ImportanceRows}; at least 1 is expected"),
        (!Overrides.IsDefault, $"{nameof(Overrides)} is not initialized"),
        (!string.IsNullOrEmpty(ModelColumnName), $"{nameof(ModelColumnName)} is empty"));
}
