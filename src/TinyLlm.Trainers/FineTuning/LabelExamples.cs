using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Data;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>Rows of a text and a label column as prompts and responses, cut into tokens as the engine cuts them on the device.</summary>
/// <param name="Labels">The labels: a key's values in their order, texts in the order in which they come.</param>
/// <param name="Training">The rows to learn from.</param>
/// <param name="Validation">The rows that are held out.</param>
internal sealed record LabelExamples(
    ImmutableArray<string> Labels, ImmutableArray<InstructionExample> Training, ImmutableArray<InstructionExample> Validation)
{
    /// <summary>Reads all rows; those without a label are left out.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than two labels, or no rows.</exception>
    public static LabelExamples Read(
        IDataView input, ModelVocabulary vocabulary, PromptTemplate? template, FineTuneOptions options, string stage)
    {
        var (text, label) = (input.Schema[options.InputColumnName], input.Schema[options.LabelColumnName]);
        List<DataViewSchema.Column> columns = options.GroupColumnName is { } name ? [text, label, input.Schema[name]] : [text, label];
        using var cursor = input.GetRowCursor(columns);
        var (getText, getLabel) = (TextGetter.Create(cursor, text, stage), TextGetter.Create(cursor, label, stage));
        var getGroup = columns.Count > 2 ? TextGetter.Create(cursor, columns[2], stage) : null;

        template ??= PromptTemplate.Plain;
        var tokenizer = new BytePairTokenizer(vocabulary);
        var responses = new Dictionary<string, int[]>(StringComparer.Ordinal);
        var labels = new List<string>();
        var training = ImmutableArray.CreateBuilder<InstructionExample>();
        var validation = ImmutableArray.CreateBuilder<InstructionExample>();
        var tokens = new List<int>();
        while (cursor.MoveNext())
        {
            options.Training.CancellationToken.ThrowIfCancellationRequested();
            if (getLabel() is not { Length: > 0 } answer)
                continue;
            if (!responses.TryGetValue(answer, out var response))
            {
                responses[answer] = response =
                    [.. tokenizer.EncodeToIds(answer), .. tokenizer.EncodeToIds(template.End), .. End(vocabulary)];
                labels.Add(answer);
            }

            var prompt = getText()!;
            tokens.Clear();
            if (vocabulary is { AddBeginToken: true, BeginToken: { } begin })
                tokens.Add(begin);
            tokenizer.EncodeToIds(template.Format(prompt), tokens);
            var isHeldOut = CorpusSplit.IsValidation(
                getGroup is null ? prompt : getGroup() ?? "", options.ValidationFraction, options.Training.Seed);
            (isHeldOut ? validation : training).Add(new InstructionExample(tokens.ToArray(), response));
        }

        var all = label.Type is KeyDataViewType ? KeyTexts.OrNumbers(label) : [.. labels];
        if (all.Length < 2)
            throw new InvalidOperationException(
                $"{stage} needs rows of at least two labels; column '{options.LabelColumnName}' has {all.Length}.");
        if (training.Count == 0)
            throw new InvalidOperationException(
                $"{stage} has no rows to learn from: {validation.Count} are held out, as ValidationFraction and the groups have it.");
        return new LabelExamples(all, training.ToImmutable(), validation.ToImmutable());
    }

    // The token that ends the answer is learned with it, so that generation stops there.
    private static IEnumerable<int> End(ModelVocabulary vocabulary) => vocabulary.EndToken is { } end ? [end] : [];
}
