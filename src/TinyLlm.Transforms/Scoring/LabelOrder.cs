using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// Puts labels into the order of a key column's values: ML.NET's evaluators take the score at place i for that of the key i + 1.
/// </summary>
internal static class LabelOrder
{
    /// <summary>
    /// Returns the labels in the order of the column's values, those that the column does not have behind; as they are where the
    /// schema has no such column or it is no key.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The column has other values than the labels, or another number of them.</exception>
    public static ImmutableArray<string> Align(ImmutableArray<string> labels, DataViewSchema schema, string? columnName, string stage)
    {
        if (columnName is null || schema.GetColumnOrNull(columnName) is not { Type: KeyDataViewType key } column)
            return labels;
        if (KeyTexts.Of(column) is not { } values)
        {
            if (key.Count != (ulong)labels.Length)
                throw Mismatch($"has {key.Count} keys without values, and there are {labels.Length} labels: {List(labels)}");
            var numbers = KeyTexts.OrNumbers(column);
            return numbers.Except(labels, StringComparer.Ordinal).Any() ? labels : numbers; // labels that are the keys' own numbers
        }

        var unknown = values.Except(labels, StringComparer.Ordinal).ToArray();
        return unknown.Length == 0
            ? [.. values, .. labels.Except(values, StringComparer.Ordinal)]
            : throw Mismatch($"has values that are not among the labels: {List(unknown)}. The labels are {List(labels)}");

        ArgumentOutOfRangeException Mismatch(string what) => new(
            "inputSchema",
            $"{stage} gives its scores in the order of the key column '{columnName}', as ML.NET's evaluators read them; it {what}. "
            + $"Give {nameof(ClassifyOptions)}.{nameof(ClassifyOptions.Labels)} all its values, or set "
            + $"{nameof(ClassifyOptions.LabelColumnName)} to the column that holds these labels, or to null.");
    }

    /// <summary>
    /// Throws where the schema lacks the column, and another key column has just these values in another order: a metric of that one would
    /// compare other classes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is such a column.</exception>
    public static void RequireNoOther(ImmutableArray<string> labels, DataViewSchema schema, string columnName, string stage)
    {
        if (schema.GetColumnOrNull(columnName) is not null)
            return;
        foreach (var column in schema.Where(column => !column.IsHidden && !ScoreAnnotations.IsScore(column)))
        {
            if (KeyTexts.Of(column) is { } values && values.Length == labels.Length && !values.SequenceEqual(labels)
                && !values.Except(labels, StringComparer.Ordinal).Any())
                throw new ArgumentOutOfRangeException(
                    "inputSchema",
                    $"{stage} finds no column '{columnName}', and the key column '{column.Name}' has these labels in another order: an "
                    + $"evaluation by it would compare other classes. Set {nameof(ClassifyOptions)}.{nameof(ClassifyOptions.LabelColumnName)} to "
                    + $"'{column.Name}', or to null where it is not the truth of these rows.");
        }
    }

    private static string List(IEnumerable<string> labels)
    {
        string[] shown = [.. labels.Take(9)];
        return shown.Length < 9 ? string.Join(", ", shown) : $"{string.Join(", ", shown[..8])}, …";
    }
}
