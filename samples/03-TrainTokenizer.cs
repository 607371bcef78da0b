#:project ../src/TinyLlm.Transforms/TinyLlm.Transforms.csproj
// Chooses the good documents of a folder, learns byte-level BPE vocabularies from them, and measures how short they make texts:
//   dotnet run -c Release samples/03-TrainTokenizer.cs -- [FOLDER [PATTERN [VOCABULARY.json]]]
// Without a folder it reads the C# of this repository's src. The file that it writes is a tokenizer.json, which other tools read as well.
using TinyLlm.Gguf;
using TinyLlm.Transforms;

var here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!; // where this file lies
var folder = args.ElementAtOrDefault(0) ?? Path.Combine(here, "..", "src");
var pattern = args.ElementAtOrDefault(1) ?? (args.Length == 0 ? "*.cs" : "*.txt");
var output = args.ElementAtOrDefault(2) ?? Path.Combine(Path.GetTempPath(), "tokenizer.json");
try
{
    // The defaults are for prose. Code is rich in symbols, and honest files share many a line.
    var options = pattern == "*.cs" ? new CorpusOptions { MaximumSymbolShare = 0.4, MaximumOverlap = 0.3 } : new CorpusOptions();
    var curator = new CorpusCurator(options with { SampleCount = 1 });
    var documents = curator.Curate(CorpusReader.ReadFolder(folder, pattern)).ToArray();
    Console.Write(curator.Report);
    if (documents.Length == 0)
        throw new InvalidDataException($"No document of '{folder}' is left to learn from; the report says why.");

    // Learned from the first nine tenths of each document, measured on the last.
    var learned = documents.Select(document => document.Text[..(document.Text.Length * 9 / 10)]).ToArray();
    var unseen = documents.Select((document, i) => document.Text[learned[i].Length..]).ToArray();
    Console.WriteLine("\ntokens asked for  tokens learned  characters per token, learned from  of text not seen");
    ModelVocabulary? vocabulary = null;
    foreach (var size in (int[])[512, 1024, 2048, 4096, 8192])
    {
        vocabulary = new BytePairTrainer(new BytePairTrainerOptions { VocabularySize = size }).Train(learned);
        var measured = new BytePairTokenizer(vocabulary);
        var (seen, other) = (CharactersPerToken(measured, learned), CharactersPerToken(measured, unseen));
        Console.WriteLine($"{size,16:N0}{vocabulary.Count,16:N0}{seen,36:F2}{other,18:F2}");
    }

    vocabulary!.Save(output);
    var tokenizer = new BytePairTokenizer(vocabulary);
    var lines = unseen[0].ReplaceLineEndings(" ");
    var tokens = tokenizer.EncodeToIds(lines.AsSpan((lines.IndexOf(' ') + 1)..Math.Min(140, lines.Length)));
    Console.WriteLine($"\n{string.Join('|', tokens.Select(token => tokenizer.Decode([token])))}\n{string.Join(' ', tokens)}");
    var same = documents.All(document => tokenizer.Decode(tokenizer.EncodeToIds(document.Text)) == document.Text);
    Console.WriteLine($"\n{(same ? "Every" : "NOT every")} document comes back from its tokens as it was. The vocabulary is {output}");
    return same ? 0 : 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static double CharactersPerToken(BytePairTokenizer tokenizer, string[] texts) =>
    texts.Sum(text => (double)text.Length) / texts.Sum(text => tokenizer.CountTokens(text));
