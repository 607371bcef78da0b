using System.Text;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Learns a byte-level BPE vocabulary from texts: what stands together most often becomes a token.</summary>
/// <remarks>
/// The ids are the control tokens, the reserved ones, the 256 bytes in GPT-2's order, then one token for each merge. Of equally frequent
/// pairs the one with the greater bytes is merged, those of the left token first, so that the result depends on nothing but the texts. A
/// pair whose text is a token already becomes that token. Source: Sennrich, Haddow and Birch, <see
/// href="https://arxiv.org/abs/1508.07909"/>.
/// </remarks>
public sealed class BytePairTrainer
{
    private const int ChunkBytes = 1 << 16;

    private readonly BytePairTrainerOptions _options;
    private readonly ReservedTokens _wholeTokens;

    /// <summary>Makes a trainer.</summary>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public BytePairTrainer(BytePairTrainerOptions? options = null)
    {
        _options = options ?? new BytePairTrainerOptions();
        _options.Validate();
        _wholeTokens = new ReservedTokens(
            _options.ControlTokens.Concat(_options.ReservedTokens).Select(
                (text, id) => new ReservedTokens.Reserved(Encoding.UTF8.GetBytes(text), id, IsControl: false)));
    }

    /// <summary>Learns from texts, each a document of its own.</summary>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public ModelVocabulary Train(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Learn(Count(texts.SelectMany(text => Chunks(new MemoryStream(Encoding.UTF8.GetBytes(text))))));
    }

    /// <summary>Learns from UTF-8 files, which are read in pieces by all processors; memory grows with the different words only.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public ModelVocabulary TrainFromFiles(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return Learn(
            Count(paths.SelectMany(path => Chunks(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0)))));
    }

    private IEnumerable<ReadOnlyMemory<byte>> Chunks(Stream stream)
    {
        using (stream)
        {
            var chunks = new TextChunks(stream, ChunkBytes, (text, cut) => !_wholeTokens.MayCross(text, cut));
            foreach (var chunk in chunks.All())
                yield return chunk;
        }
    }

    private WordCounts Count(IEnumerable<ReadOnlyMemory<byte>> chunks)
    {
        var total = new WordCounts();
        using var source = chunks.GetEnumerator();
        var workers = new Task[Environment.ProcessorCount];
        for (var i = 0; i < workers.Length; i++)
            workers[i] = Task.Run(CountChunks, _options.CancellationToken);
        Task.WhenAll(workers).GetAwaiter().GetResult();
        return total;

        void CountChunks()
        {
            var counts = new WordCounts();
            while (Take() is { } chunk)
                counts.Add(chunk.Span, _wholeTokens);
            lock (total)
                total.Add(counts);
        }

        ReadOnlyMemory<byte>? Take()
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            lock (source)
            {
                if (source.MoveNext())
                    return source.Current;
                return null;
            }
        }
    }

    private ModelVocabulary Learn(WordCounts words)
    {
        var texts = _options.ControlTokens.Concat(_options.ReservedTokens).ToList();
        var wholeTokens = texts.Count;
        var bytes = texts.Select(Encoding.UTF8.GetBytes).ToList();
        var byteTokens = new int[BytePairTrainerOptions.ByteCount];
        foreach (var value in ByteAlphabet.InOrder)
            byteTokens[value] = Add([value]);

        var ids = texts.Select((text, id) => KeyValuePair.Create(text, id)).ToDictionary(StringComparer.Ordinal);
        var merges = new List<string>();
        var pairs = new PairCounts(words.Words, bytes, byteTokens);
        while (texts.Count < _options.VocabularySize && pairs.TryTake(_options.MinimumFrequency, out var pair))
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            byte[] merged = [.. bytes[pair.Left], .. bytes[pair.Right]];
            var isKnown = ids.TryGetValue(ByteAlphabet.Encode(merged), out var id);
            // A whole token's text can be a learned token's name by chance, and names differ.
            if (isKnown && id < wholeTokens)
            {
                pairs.Forget(pair);
                continue;
            }

            merges.Add($"{texts[pair.Left]} {texts[pair.Right]}");
            if (!isKnown)
                ids.Add(ByteAlphabet.Encode(merged), id = Add(merged));
            pairs.Merge(pair, id);
        }

        return new ModelVocabulary
        {
            Tokens = [.. texts],
            Kinds = [.. texts.Select((_, id) => id < _options.ControlTokens.Length ? TokenKind.Control
                : id < wholeTokens ? TokenKind.UserDefined
                : TokenKind.Normal)],
            Merges = [.. merges],
            BeginToken = _options.ControlTokens.Length > 0 ? 0 : null,
            EndToken = _options.ControlTokens.Length > 0 ? 0 : null,
        };

        int Add(byte[] token)
        {
            texts.Add(ByteAlphabet.Encode(token));
            bytes.Add(token);
            return texts.Count - 1;
        }
    }
}
