using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using TinyLlm.Transforms;

namespace Microsoft.ML;

/// <summary>Texts to train on: read from files, curated, written as token shards.</summary>
public static class CorporaCatalog
{
    private const string WriteStage = "SaveTokens";

    /// <summary>
    /// Returns documents as rows with the columns <c>Name</c> and <c>Text</c>; they are read when rows are asked
    /// for, and again for each cursor.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="documents">The documents, such as those of <see cref="CorpusReader.ReadFolder"/>.</param>
    public static IDataView LoadDocuments(this TinyLlmCatalog catalog, IEnumerable<CorpusDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(documents);
        return catalog.Context.Data.LoadFromEnumerable(
            documents.Select(document => new DocumentRow { Name = document.Name, Text = document.Text }));
    }

    /// <summary>Leaves out rows whose text rules of quality reject, or that were there before.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="inputColumnName">The text column.</param>
    /// <param name="options">The rules.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static TextCuratingEstimator CurateText(
        this TinyLlmCatalog catalog, string inputColumnName = "Text", CorpusOptions? options = null) =>
        new(inputColumnName, options ?? new CorpusOptions());

    /// <summary>
    /// Writes a text column as a token shard in llm.c's format, each row a document that the vocabulary's begin token opens.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The rows.</param>
    /// <param name="path">The file, which appears when it is complete.</param>
    /// <param name="tokenizer">What cuts the texts.</param>
    /// <param name="inputColumnName">The text column.</param>
    /// <param name="cancellationToken">Ends the writing; no file remains.</param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long SaveTokens(
        this TinyLlmCatalog catalog, IDataView data, string path, BytePairTokenizer tokenizer, string inputColumnName = "Text",
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var column = data.Schema.Require(inputColumnName, TextDataViewType.Instance, WriteStage);
        using var writer = new TokenShardWriter(path, tokenizer.Vocabulary.Count);
        using var cursor = data.GetRowCursor([column]);
        var getText = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        var (tokens, text) = (new List<int>(), default(ReadOnlyMemory<char>));
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            getText(ref text);
            tokens.Clear();
            if (tokenizer.Vocabulary.BeginToken is { } begin)
                tokens.Add(begin);
            tokenizer.EncodeToIds(text.Span, tokens);
            writer.Write(CollectionsMarshal.AsSpan(tokens));
        }

        writer.Complete();
        return writer.Count;
    }
}
