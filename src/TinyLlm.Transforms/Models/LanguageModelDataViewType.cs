using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>The type of the annotation that holds a <see cref="LanguageModel"/>, which is how a model travels from stage to stage.</summary>
public sealed class LanguageModelDataViewType : StructuredDataViewType
{
    private LanguageModelDataViewType()
        : base(typeof(LanguageModel))
    {
    }

    /// <summary>Gets the only instance.</summary>
    public static LanguageModelDataViewType Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is LanguageModelDataViewType;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LanguageModelDataViewType;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(LanguageModelDataViewType).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => nameof(LanguageModel);
}
