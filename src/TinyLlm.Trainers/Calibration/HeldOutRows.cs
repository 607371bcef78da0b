using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>The rows that a model was not trained on, to fit the temperature of its classifications on.</summary>
/// <param name="Labels">The labels: a key's values in their order, texts in the order in which they come.</param>
/// <param name="Texts">The texts of the rows.</param>
/// <param name="Classes">The index of each row's label.</param>
internal sealed record HeldOutRows(ImmutableArray<string> Labels, ImmutableArray<string> Texts, ImmutableArray<int> Classes)
{
    /// <summary>Reads the rows that fine-tuning holds out; those without a label are left out, as there.</summary>
    /// <exception cref="ArgumentException">A row has a label that is not among those of the options.</exception>
    /// <exception cref="InvalidOperationException">There are too few rows, or they are all of one label.</exception>
    public static HeldOutRows Read(IDataView input, CalibrateOptions options, string stage)
    {
        var text = input.Schema.Require(options.InputColumnName, TextDataViewType.Instance, stage);
        var label = input.Schema.Require(options.LabelColumnName, stage);
        List<DataViewSchema.Column> columns = [text, label];
        if (options.GroupColumnName is { } name)
            columns.Add(input.Schema.Require(name, stage));
        using var cursor = input.GetRowCursor(columns);
        var (getText, getLabel) = (TextGetter.Create(cursor, text, stage), TextGetter.Create(cursor, label, stage));
        var getGroup = columns.Count > 2 ? TextGetter.Create(cursor, columns[2], stage) : null;

        var known = options.Labels.IsEmpty ? KeyTexts.Of(label) : options.Labels;
        var places = (known ?? []).Select((value, place) => (value, place)).ToDictionary(pair => pair.value, pair => pair.place);
        var (texts, classes) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<int>());
        for (var row = 0; cursor.MoveNext(); row++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (getLabel() is not { Length: > 0 } answer)
                continue;
            if (!places.TryGetValue(answer, out var place))
            {
                if (known is not null)
                    throw new ArgumentException(
                        $"Row {row} has the label '{answer}' in column '{options.LabelColumnName}'; expected is one of "
                        + $"{string.Join(", ", known)}.", nameof(input));
                places[answer] = place = places.Count;
            }

            var prompt = getText()!;
            if (options.ValidationFraction is { } share
                && !CorpusSplit.IsValidation(getGroup is null ? prompt : getGroup() ?? "", share, options.Seed))
                continue;
            texts.Add(prompt);
            classes.Add(place);
        }

        ImmutableArray<string> labels = [.. places.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
        if (classes.Count < ClassificationCalibrator.LeastRows)
            throw new InvalidOperationException(
                $"{stage} has {classes.Count} rows that are held out, and a temperature needs at least "
                + $"{ClassificationCalibrator.LeastRows}: raise {nameof(options.ValidationFraction)}, or give more rows.");
        if (classes.Distinct().Take(2).Count() < 2)
            throw new InvalidOperationException(
                $"{stage} has {classes.Count} rows that are held out, all of the label '{labels[classes[0]]}', and a temperature needs at "
                + $"least two: raise {nameof(options.ValidationFraction)}, or choose other groups.");
        return new HeldOutRows(labels, texts.ToImmutable(), classes.ToImmutable());
    }

    /// <summary>Fits the temperature of a model.</summary>
    public ClassificationCalibration Fit(LanguageModel model, CalibrateOptions options)
    {
        using var engine = TinyGptPredictionEngine.Open(model, options.Engine);
        var template = options.UsePromptTemplate ? engine.PromptTemplate : null;
        var logLikelihoods = new List<IReadOnlyList<double>>(Texts.Length);
        foreach (var batch in Texts.Select(text => template?.Format(text) ?? text).Chunk(options.BatchRows))
            logLikelihoods.AddRange(
                engine.Classify(batch, Labels, options: null, options.CancellationToken)
                    .Select(result => (IReadOnlyList<double>)result.LogLikelihoods));
        return ClassificationCalibrator.Fit(logLikelihoods, Classes);
    }
}
