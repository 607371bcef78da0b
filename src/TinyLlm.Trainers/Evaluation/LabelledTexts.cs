using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>Rows to evaluate a model on: texts, each with the class that it is of.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Texts">The texts.</param>
/// <param name="Classes">The index of each text's class.</param>
/// <param name="Groups">What each text belongs to; null where rows are independent.</param>
internal sealed record LabelledTexts(
    ImmutableArray<string> Labels, ImmutableArray<string> Texts, ImmutableArray<int> Classes, IReadOnlyList<string>? Groups = null)
{
    /// <summary>Reads all rows.</summary>
    /// <exception cref="ArgumentException">There are no rows, one has no label or an unknown one, or all are of one group.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static LabelledTexts Read(IDataView data, QuantizationEvaluationOptions options, string stage)
    {
        var text = data.Schema.Require(options.InputColumnName, TextDataViewType.Instance, stage);
        var label = data.Schema.Require(options.LabelColumnName, stage);
        var labels = options.Labels.IsEmpty ? LabelsOf(data.Schema, label, options) : options.Labels;
        var (texts, classes) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<int>());
        List<DataViewSchema.Column> columns = [text, label];
        if (options.GroupColumnName is { } name)
            columns.Add(data.Schema.Require(name, stage));
        using var cursor = data.GetRowCursor(columns);
        var (getText, getLabel) = (TextGetter.Create(cursor, text, stage), TextGetter.Create(cursor, label, stage));
        var getGroup = columns.Count > 2 ? TextGetter.Create(cursor, columns[2], stage) : null;
        var groups = getGroup is null ? null : new List<string>();
        for (var row = 0; cursor.MoveNext(); row++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (getLabel() is not { Length: > 0 } answer)
                throw Wrong(row, "no label");
            var index = labels.IndexOf(answer);
            if (index < 0)
                throw Wrong(row, $"the label '{answer}'");
            texts.Add(getText()!);
            classes.Add(index);
            groups?.Add(getGroup!() ?? "");
        }

        if (texts.Count == 0)
            throw new ArgumentException("There are no rows to evaluate.", nameof(data));
        ClassificationEvaluation.CheckGroups(groups, texts.Count);
        return new LabelledTexts(labels, texts.ToImmutable(), classes.ToImmutable(), groups);

        ArgumentException Wrong(int row, string found) => new(
            $"Row {row} has {found} in column '{options.LabelColumnName}'; expected is one of {string.Join(", ", labels)}. "
            + "Leave such rows out, or name the label in the options.", nameof(data));
    }

    /// <summary>Returns indices of at most <paramref name="most"/> rows, evenly spread.</summary>
    public IEnumerable<int> Spread(int? most)
    {
        var count = Math.Min(most ?? Texts.Length, Texts.Length);
        return Enumerable.Range(0, count).Select(i => (int)((long)i * Texts.Length / count));
    }

    private static ImmutableArray<string> LabelsOf(
        DataViewSchema schema, DataViewSchema.Column label, QuantizationEvaluationOptions options)
    {
        var predicted = schema.GetColumnOrNull(options.PredictedLabelColumnName);
        var labels = KeyTexts.Of(label) ?? (predicted is { } column ? KeyTexts.Of(column) : null)
            ?? throw new ArgumentException(
                $"The labels are not known: neither '{options.LabelColumnName}' nor '{options.PredictedLabelColumnName}' is a key column "
                + $"with values. Give {nameof(QuantizationEvaluationOptions)}.{nameof(options.Labels)}, "
                + "or rows that the fine-tuned pipeline transformed.", nameof(options));
        (options with { Labels = labels }).Validate();
        return labels;
    }
}
