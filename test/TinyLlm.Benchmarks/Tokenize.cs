using System.Text;
using System.Text.RegularExpressions;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Trains vocabularies on a folder of texts and encodes the texts, beside the plain way: a regex, strings and a dictionary.
/// </summary>
internal static partial class Tokenize
{
    /// <summary>Runs with the folder; its <c>.txt</c> files are the texts.</summary>
    public static void Run(string[] arguments)
    {
        if (arguments is not [var folder])
            throw new ArgumentException("tokenize takes one argument, a folder of text files.");
        var files = Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal).ToArray();
        var bytes = files.Sum(file => new FileInfo(file).Length);
        var texts = files.Select(File.ReadAllText).ToArray();
        var utf8 = texts.Select(Encoding.UTF8.GetBytes).ToArray();

        Throughput.Measure("train 8,000 merges", bytes, () => Train(files, 8000), repeats: 3);
        ModelVocabulary? vocabulary = null;
        Throughput.Measure("train 32,000 tokens", bytes, () => vocabulary = Train(files, 32_000 - 257), repeats: 1);
        var tokenizer = new BytePairTokenizer(vocabulary!);
        var tokens = new List<int>();
        var all = Path.Combine(Directory.CreateTempSubdirectory("tinyllm-").FullName, "all.txt");
        try
        {
            File.WriteAllText(all, string.Concat(texts));
            long pieces = 0, plain = 0;
            Throughput.Measure("encode UTF-8, one thread", bytes, () => Encode(text => tokenizer.EncodeToIds(utf8[text], tokens)));
            Throughput.Measure("encode UTF-16, one thread", bytes, () => Encode(text => tokenizer.EncodeToIds(texts[text], tokens)));
            Throughput.Measure(
                "encode a file, all processors", bytes, () => pieces = tokenizer.EncodeFile(all).Sum(piece => (long)piece.Length));
            Throughput.Measure(
                "regex, strings, dictionary, one thread", bytes, () => plain = EncodePlainly(vocabulary!, texts), repeats: 3);
            Console.WriteLine($"{tokens.Count} tokens, {pieces} of the file, {plain} plainly");
            if (plain != tokens.Count)
                throw new InvalidOperationException("The ways differ.");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(all)!, recursive: true);
        }

        void Encode(Action<int> encode)
        {
            tokens.Clear();
            for (var i = 0; i < texts.Length; i++)
                encode(i);
        }
    }

    private static ModelVocabulary Train(string[] files, int merges) =>
        new BytePairTrainer(new BytePairTrainerOptions { VocabularySize = 257 + merges }).TrainFromFiles(files);

    // As GPT-2's encoder.py does it: every word that was seen is kept, the others are merged by looking for the best pair over and over.
    private static long EncodePlainly(ModelVocabulary vocabulary, string[] texts)
    {
        var ranks = vocabulary.Merges.Select((merge, rank) => (merge, rank)).ToDictionary(pair => pair.merge, pair => pair.rank);
        var known = new Dictionary<string, int>();
        long count = 0;
        foreach (var text in texts)
        {
            foreach (Match match in Gpt2Pattern().Matches(text))
            {
                if (!known.TryGetValue(match.Value, out var tokens))
                    known[match.Value] = tokens = CountOf(match.Value);
                count += tokens;
            }
        }

        return count;

        int CountOf(string word)
        {
            // The vocabulary's names of single bytes come first after the control token, in GPT-2's order.
            var symbols = Encoding.UTF8.GetBytes(word).Select(value => vocabulary.Tokens[1 + (value is >= 33 and <= 126 ? value - 33
                : value is >= 161 and <= 172 ? value - 161 + 94
                : value >= 174 ? value - 174 + 106
                : value <= 32 ? value + 188
                : value <= 160 ? value - 127 + 221
                : 255)]).ToList();
            while (true)
            {
                var (best, at) = (int.MaxValue, -1);
                for (var i = 1; i < symbols.Count; i++)
                {
                    if (ranks.TryGetValue($"{symbols[i - 1]} {symbols[i]}", out var rank) && rank < best)
                        (best, at) = (rank, i);
                }

                if (at < 0)
                    return symbols.Count;
                symbols[at - 1] += symbols[at];
                symbols.RemoveAt(at);
            }
        }
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2Pattern();
}
