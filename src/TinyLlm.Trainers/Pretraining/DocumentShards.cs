using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>The documents of a text column as token shards in a temporary folder, those for training and those held out apart.</summary>
/// <remarks>
/// The column is read twice, once for a vocabulary and once for the tokens; nothing but the vocabulary's word counts stays in memory.
/// </remarks>
internal sealed class DocumentShards : IDisposable
{
    private readonly IDataView _input;
    private readonly PretrainOptions _options;
    private readonly string _stage;
    private readonly ScratchFolder _folder = new();

    public DocumentShards(IDataView input, PretrainOptions options, string stage) => (_input, _options, _stage) = (input, options, stage);

    public IReadOnlyList<string> TrainingPaths { get; private set; } = [];

    /// <summary>Gets the shard of what is held out; none where that is less than one row.</summary>
    public IReadOnlyList<string> ValidationPaths { get; private set; } = [];

    /// <summary>Learns tokens from the documents for training.</summary>
    public ModelVocabulary LearnVocabulary()
    {
        var trainer = new BytePairTrainer(new BytePairTrainerOptions
        {
            VocabularySize = _options.Architecture!.VocabularySize,
            ReservedTokens = ReservedTokensAnnotation.Join(_options.ReservedTokens, _input.Schema[_options.InputColumnName]),
            CancellationToken = _options.Training.CancellationToken,
        });
        var texts = Read().Where(document => !document.IsHeldOut).SelectMany(document => new[] { document.Prompt, document.Response });
        return trainer.Train(texts);
    }

    /// <summary>Writes the tokens, and returns how many there are, in words.</summary>
    /// <exception cref="InvalidOperationException">There are too few.</exception>
    public string Write(ModelVocabulary vocabulary)
    {
        var tokenizer = new BytePairTokenizer(vocabulary);
        var paths = new[] { "train.bin", "validation.bin" }.Select(name => Path.Combine(_folder.Path, name)).ToArray();
        using var train = new TokenShardWriter(paths[0], vocabulary.Count);
        using var validation = new TokenShardWriter(paths[1], vocabulary.Count);
        var tokens = new List<int>();
        var (documents, heldOut) = (0L, 0L);
        var labels = new HashSet<string>(StringComparer.Ordinal);
        var end = _options.PromptTemplate?.End ?? "";
        foreach (var (prompt, response, isHeldOut) in Read())
        {
            _options.Training.CancellationToken.ThrowIfCancellationRequested();
            tokens.Clear();
            if (vocabulary.BeginToken is { } begin)
                tokens.Add(begin);
            tokenizer.EncodeToIds(prompt, tokens);
            tokenizer.EncodeToIds(response, tokens);
            (isHeldOut ? validation : train).Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens));
            if (!isHeldOut && response.Length > end.Length)
                labels.Add(response);
            (documents, heldOut) = (documents + 1, heldOut + (isHeldOut ? 1 : 0));
        }

        var length = _options.Training.SequenceLength;
        if (train.Count <= length)
        {
            throw new InvalidOperationException(
                $"The column '{_options.InputColumnName}' has {train.Count:N0} tokens to train on, and one row takes {length + 1:N0}: "
                + "give more text, or shorten TrainingOptions.SequenceLength.");
        }

        if (_options.LabelColumnName is { } column && labels.Count < 2)
        {
            throw new InvalidOperationException(
                $"{_stage} needs documents of at least two labels to learn from; column '{column}' has {labels.Count}: give rows of more "
                + "labels, or leave LabelColumnName out.");
        }

        train.Complete();
        TrainingPaths = [paths[0]];
        if (validation.Count > length)
        {
            validation.Complete();
            ValidationPaths = [paths[1]];
        }

        return $"{documents:N0} documents with {train.Count + validation.Count:N0} tokens, {heldOut:N0} documents held out,";
    }

    public void Dispose() => _folder.Dispose();

    // Prompt and response are cut into tokens apart, as they are when the model is asked; the response is empty where there is no label.
    private IEnumerable<(string Prompt, string Response, bool IsHeldOut)> Read()
    {
        var schema = _input.Schema;
        var names = new[] { _options.InputColumnName, _options.LabelColumnName, _options.GroupColumnName };
        using var cursor = _input.GetRowCursor(names.OfType<string>().Distinct().Select(name => schema[name]));
        var getters = names.Select(name => name is null ? null : TextGetter.Create(cursor, schema[name], _stage)).ToArray();
        var template = _options.PromptTemplate ?? PromptTemplate.Plain;
        while (cursor.MoveNext())
        {
            var text = getters[0]!()!;
            var key = getters[2] is { } getGroup ? getGroup() ?? "" : text;
            var label = getters[1]?.Invoke() ?? "";
            var isHeldOut = CorpusSplit.IsValidation(key, _options.ValidationFraction, _options.Training.Seed);
            template.CheckResponse(label);
            yield return (template.Format(text), label + template.End, isHeldOut);
        }
    }
}
