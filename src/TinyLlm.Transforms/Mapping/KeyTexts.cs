using System.Collections.Immutable;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>What the values of a key column stand for, as texts.</summary>
internal static class KeyTexts
{
    /// <summary>The kind of annotation that holds a key's values.</summary>
    public const string AnnotationKind = "KeyValues";

    /// <summary>
    /// Returns the text of every key value, the first for the key 1; null where the column is no key, or nothing is known of its values:
    /// such a key stands for its number.
    /// </summary>
    public static ImmutableArray<string>? Of(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType
            || column.Annotations.Schema.GetColumnOrNull(AnnotationKind) is not { Type: VectorDataViewType values })
            return null;
        return (ImmutableArray<string>)typeof(KeyTexts).GetMethod(nameof(Read), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(values.ItemType.RawType).Invoke(null, [column])!;
    }

    /// <summary>Returns the texts that rows of the column have: its values where they are known, else the numbers of its keys.</summary>
    public static ImmutableArray<string> OrNumbers(DataViewSchema.Column column) =>
        Of(column) ?? [.. Enumerable.Range(1, checked((int)((KeyDataViewType)column.Type).Count)).Select(ScalarText.Of)];

    private static ImmutableArray<string> Read<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(AnnotationKind, ref values);
        return [.. values.DenseValues().Select(ScalarText.Of)];
    }
}
