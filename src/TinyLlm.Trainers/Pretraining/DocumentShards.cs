using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers;

/// <summary>The documents of a text column as token shards in a temporary folder, those for training and those held out apart.</summary>
/// <remarks>The column is read twice, once for a vocabulary and once for the tokens; nothing but the vocabulary's word counts stays in memory.</remarks>
internal sealed class DocumentShards : IDisposable
{
    private readonly IDataView _input;
    private readonly PretrainOptions _options;
    private readonly string _stage;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tinyllm-");

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
            ReservedTokens = _options.ReservedTokens,
            CancellationToken = _options.Training.CancellationToken,
        });
        var texts = Read().Where(document => !document.IsHeldOut).Select(document => document.Text);
        // Every document begins with the begin token, in training and on the device.
        return trainer.Train(texts) with { AddBeginToken = true };
    }

    /// <summary>Writes the tokens, and returns how many there are, in words.</summary>
    /// <exception cref="InvalidOperationException">There are too few.</exception>
    public string Write(ModelVocabulary vocabulary)
    {
        var tokenizer = new BytePairTokenizer(vocabulary);
        var paths = new[] { "train.bin", "validation.bin" }.Select(name => Path.Combine(_folder.FullName, name)).ToArray();
        using var train = new TokenShardWriter(paths[0], vocabulary.Count);
        using var validation = new TokenShardWriter(paths[1], vocabulary.Count);
        var tokens = new List<int>();
        var (documents, heldOut) = (0L, 0L);
        foreach (var (text, isHeldOut) in Read())
        {
            _options.Training.CancellationToken.ThrowIfCancellationRequested();
            tokens.Clear();
            if (vocabulary.BeginToken is { } begin)
                tokens.Add(begin);
            tokenizer.EncodeToIds(text, tokens);
            (isHeldOut ? validation : train).Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens));
            (documents, heldOut) = (documents + 1, heldOut + (isHeldOut ? 1 : 0));
        }

        var length = _options.Training.SequenceLength;
        if (train.Count <= length)
        {
            throw new InvalidOperationException(
                $"The column '{_options.InputColumnName}' has {train.Count:N0} tokens to train on, and one row takes {length + 1:N0}: "
                + "give more text, or shorten TrainingOptions.SequenceLength.");
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

    public void Dispose() => _folder.Delete(recursive: true);

    private IEnumerable<(string Text, bool IsHeldOut)> Read()
    {
        var schema = _input.Schema;
        var text = schema[_options.InputColumnName];
        DataViewSchema.Column[] columns = _options.GroupColumnName is null ? [text] : [text, schema[_options.GroupColumnName]];
        using var cursor = _input.GetRowCursor(columns);
        var getText = TextGetter.Create(cursor, text, _stage);
        var getGroup = _options.GroupColumnName is null ? null : TextGetter.Create(cursor, columns[1], _stage);
        while (cursor.MoveNext())
        {
            var document = getText()!;
            yield return (document, CorpusSplit.IsValidation(getGroup is null ? document : getGroup() ?? "", _options.ValidationFraction, _options.Training.Seed));
        }
    }
}
