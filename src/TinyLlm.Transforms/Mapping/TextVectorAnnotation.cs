using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// Annotations that are a vector of texts, such as the names of slots: their shape, how they are made, how they are read.
/// </summary>
internal static class TextVectorAnnotation
{
    /// <summary>Returns the annotation before its texts are known.</summary>
    public static SchemaShape Shape(string kind) =>
        new([new SchemaShape.Column(kind, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false)]);

    /// <summary>Returns the annotation.</summary>
    public static DataViewSchema.Annotations Of(string kind, ImmutableArray<string> texts)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        Add(annotations, kind, texts);
        return annotations.ToAnnotations();
    }

    /// <summary>Adds the annotation to others.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, string kind, ImmutableArray<string> texts)
    {
        var values = new VBuffer<ReadOnlyMemory<char>>(texts.Length, [.. texts.Select(text => text.AsMemory())]);
        annotations.Add(
            kind,
            new VectorDataViewType(TextDataViewType.Instance, texts.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => values.CopyTo(ref value));
    }

    /// <summary>Returns the texts of a column's annotation; null where there is none of the kind, or one of another type.</summary>
    public static ImmutableArray<string>? Read(DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            return null;
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue(kind, ref values);
        return [.. values.DenseValues().Select(text => text.ToString())];
    }
}
