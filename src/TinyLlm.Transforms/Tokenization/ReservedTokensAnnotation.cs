using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>What a vocabulary that is learned from a text column should keep whole: the stage that writes the texts tells it to the one that learns.</summary>
internal static class ReservedTokensAnnotation
{
    private const string Kind = "ReservedTokens";

    /// <summary>Returns a text column with the annotation; without it where there are no tokens to reserve.</summary>
    public static DataViewSchema.DetachedColumn TextColumn(string name, ImmutableArray<string> tokens)
    {
        if (tokens.IsEmpty)
            return new DataViewSchema.DetachedColumn(name, TextDataViewType.Instance);
        var annotations = new DataViewSchema.Annotations.Builder();
        var texts = new VBuffer<ReadOnlyMemory<char>>(tokens.Length, [.. tokens.Select(token => token.AsMemory())]);
        annotations.Add(Kind, new VectorDataViewType(TextDataViewType.Instance, tokens.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => texts.CopyTo(ref value));
        return new DataViewSchema.DetachedColumn(name, TextDataViewType.Instance, annotations.ToAnnotations());
    }

    /// <summary>Returns the text column before it is known what it reserves.</summary>
    public static SchemaShape.Column Shape(string name, bool reserves) => new(
        name, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false, reserves
            ? new SchemaShape([new SchemaShape.Column(Kind, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false)]) : null);

    /// <summary>Returns given tokens and those that the column tells of, each once.</summary>
    public static ImmutableArray<string> Join(ImmutableArray<string> given, DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind) is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            return given;
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue(Kind, ref values);
        return [.. given.Union(values.DenseValues().Select(text => text.ToString()), StringComparer.Ordinal)];
    }
}
