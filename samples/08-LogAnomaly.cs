#:project ../src/TinyLlm.Trainers/TinyLlm.Trainers.csproj
#:property UseMicrosoftML=true
// Finds abnormal sessions in a log by what a model of normal ones does not expect, beside the simple way, which is to count events:
//   dotnet run -c Release samples/08-LogAnomaly.cs -- [FOLDER…]
// A folder holds CSV files with a session of event keys in each line; the names of those with abnormal sessions say so.
using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

var here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!; // where this file lies
var shared = Environment.GetEnvironmentVariable("TINYLLM_DATA") ?? Path.Combine(here, "../../shared/data");
string[] known = [Path.Combine(here, "data/http-events"), Path.Combine(shared, "hdfs-deeplog-keys/derived")];
foreach (var folder in args.Length > 0 ? args : known.Where(Directory.Exists))
{
    IEnumerable<string> files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal) : [];
    var sessions = files.ToLookup(file => Path.GetFileName(file).Contains("abnormal"), file => File.ReadLines(file).Skip(1));
    string[] Read(bool isAbnormal) => [.. sessions[isAbnormal].SelectMany(lines => lines).Select(line => $"begin {line} end")];
    var (normal, abnormal) = (Read(isAbnormal: false), Read(isAbnormal: true));
    if (normal.Length < 5)
    {
        Console.Error.WriteLine($"'{folder}' has {normal.Length} normal sessions in CSV files; at least 5 are expected.");
        return 1;
    }

    var (train, unseen) = (normal[..(normal.Length * 4 / 5)], normal[(normal.Length * 4 / 5)..]);
    var kind = abnormal.Length > 0 ? "abnormal ones" : "made of them by leaving out an event or swapping two, for want of abnormal ones";
    abnormal = abnormal.Length > 0 ? abnormal : [.. unseen.Where(session => session.Split(' ').Distinct().Count() > 3).Select(Spoil)];

    var tiny = new MLContext(seed: 1).TinyLlm();
    var sizes = new ModelArchitecture { Kind = ModelKind.Llama, LayerCount = 2, EmbeddingLength = 64, HeadCount = 4, VocabularySize = 320 };
    var pretrain = tiny.Pretrain(sizes, training: new TrainingOptions { Epochs = 4, SequenceLength = 128, LearningRate = 3e-3 });
    var model = pretrain.Fit(tiny.LoadDocuments(train.Select(session => new CorpusDocument("", session)))).Model;
    using var engine = TinyGptPredictionEngine.Open(model);
    double[] Surprises(string[] sessions) => [.. engine.Perplexity(sessions).Select(result => result.Perplexity)];
    // Counting: how far the numbers of a session's events are from those of the most similar session that was learned from.
    var keys = normal.Concat(abnormal).SelectMany(session => session.Split(' ')).Distinct().ToArray();
    int[] Count(string session) => [.. keys.Select(key => session.Split(' ').Count(other => other == key))];
    var learned = train.Select(Count).DistinctBy(counts => string.Join(' ', counts)).ToArray();
    double Distance(int[] counts) => learned.Min(other => other.Zip(counts, (a, b) => Math.Abs(a - b)).Sum());
    double[] Distances(string[] sessions) => [.. sessions.Select(Count).Select(Distance)];

    var (perplexity, counting) = (Area(Surprises(abnormal), Surprises(unseen)), Area(Distances(abnormal), Distances(unseen)));
    Console.WriteLine($"{folder}: {(counting >= perplexity ? "counting is better than the model" : "the model is better than counting")}.");
    Console.WriteLine($"  area under the ROC curve: perplexity {perplexity:F3}, counting {counting:F3}");
    Console.WriteLine($"  {train.Length} sessions to learn from; n = {unseen.Length} unseen normal ones and {abnormal.Length} {kind}");
}

return 0;

static string Spoil(string session, int i)
{
    var keys = session.Split(' ').ToList();
    var at = new Random(i).GetItems([.. Enumerable.Range(1, keys.Count - 3).Where(k => keys[k] != keys[k + 1])], 1)[0];
    return string.Join(' ', i % 2 == 0 ? keys.Where((_, k) => k != at) : [.. keys[..at], keys[at + 1], keys[at], .. keys[(at + 2)..]]);
}

// How often an abnormal session has a higher score than a normal one; the same score counts half.
static double Area(double[] high, double[] low) => high.Average(a => low.Average(b => a > b ? 1 : a == b ? 0.5 : 0));
