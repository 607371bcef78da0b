using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// What a vocabulary that is learned from a text column should keep whole: the stage that writes the texts tells it to the one that learns.
/// </summary>
internal static class ReservedTokensAnnotation
{
    private const string Kind = "ReservedTokens";

    /// <summary>Returns a text column with the annotation; without it where there are no tokens to reserve.</summary>
    public static DataViewSchema.DetachedColumn TextColumn(string name, ImmutableArray<string> tokens) =>
        new(name, TextDataViewType.Instance, tokens.IsEmpty ? null : TextVectorAnnotation.Of(Kind, tokens));

    /// <summary>Returns the text column before it is known what it reserves.</summary>
    public static SchemaShape.Column Shape(string name, bool reserves) => new(
        name, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false,
        reserves ? TextVectorAnnotation.Shape(Kind) : null);

    /// <summary>Returns given tokens and those that the column tells of, each once.</summary>
    public static ImmutableArray<string> Join(ImmutableArray<string> given, DataViewSchema.Column column) =>
        TextVectorAnnotation.Read(column, Kind) is { } tokens ? [.. given.Union(tokens, StringComparer.Ordinal)] : given;
}
