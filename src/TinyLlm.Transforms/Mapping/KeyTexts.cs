using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>What the values of a key column stand for, as texts.</summary>
internal static class KeyTexts
{
    /// <summary>The kind of annotation that holds a key's values.</summary>
    public const string AnnotationKind = "KeyValues";

    /// <summary>
    /// Returns the text of every key value, the first for the key 1; null where the column is no key, or nothing is known of its values.
    /// </summary>
    public static ImmutableArray<string>? Of(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType
            || column.Annotations.Schema.GetColumnOrNull(AnnotationKind) is not { Type: VectorDataViewType values })
            return null;
        return values.ItemType.RawType switch
        {
            var type when type == typeof(ReadOnlyMemory<char>) => TextVectorAnnotation.Read(column, AnnotationKind),
            var type when type == typeof(float) => Read<float>(column),
            var type when type == typeof(double) => Read<double>(column),
            var type when type == typeof(int) => Read<int>(column),
            var type when type == typeof(long) => Read<long>(column),
            var type when type == typeof(uint) => Read<uint>(column),
            var type when type == typeof(bool) => Read<bool>(column),
            _ => null,
        };
    }

    private static ImmutableArray<string> Read<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(AnnotationKind, ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];
    }
}
