using System.Text;
using TinyLlm.Transforms;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Reads a folder of texts, curates, splits and tokenizes them; and curates and tokenizes one file that is longer, line by line.
/// </summary>
internal static class CurateCorpus
{
    /// <summary>
    /// Runs with the folder; its <c>.txt</c> files are the documents. A second argument is how often each is repeated with other words.
    /// </summary>
    public static void Run(string[] arguments)
    {
        if (arguments is not [var folder])
            throw new ArgumentException("curate takes one argument, a folder of text files.");
        var files = Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal).ToArray();
        var bytes = files.Sum(file => new FileInfo(file).Length);
        var tokenizer = new BytePairTokenizer(
            new BytePairTrainer(new BytePairTrainerOptions { VocabularySize = 8192 }).TrainFromFiles(files));
        CorpusReport? report = null;
        long tokens = 0;
        Throughput.Measure("read", bytes, () => CorpusReader.ReadFolder(folder).Count());
        Throughput.Measure("read, curate", bytes, () => report = Curate(folder).Report);
        Throughput.Measure("read, curate, split, tokenize", bytes, () =>
        {
            var (kept, _) = Curate(folder, keep: true);
            tokens = kept!.AsParallel().Where(document => !CorpusSplit.IsValidation(document.Text, 0.1)).Sum(
                document => (long)tokenizer.CountTokens(document.Text));
        });
        Console.WriteLine($"{tokens} tokens");
        Console.Write(report);
    }

    private static (List<CorpusDocument>? Kept, CorpusReport Report) Curate(string folder, bool keep = false)
    {
        var curator = new CorpusCurator();
        List<CorpusDocument>? kept = keep ? [] : null;
        foreach (var document in curator.Curate(CorpusReader.ReadFolder(folder)))
            kept?.Add(document);
        return (kept, curator.Report);
    }
}
