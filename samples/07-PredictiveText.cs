#:project ../src/TinyLlm.Trainers/TinyLlm.Trainers.csproj
#:property UseMicrosoftML=true
// Suggests the next words of what is typed, as a keyboard does: of three examples, then of each line that you type or pipe in.
//   dotnet run -c Release samples/07-PredictiveText.cs -- [MODEL.gguf]
// Without a model it learns the C# of this repository's src, and counts how often it is right in files that it has not seen.
using System.Text.RegularExpressions;
using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

var typed = Enumerable.InfiniteSequence(1, 1).Select(_ => Console.ReadLine() ?? "").TakeWhile(line => line.Length > 0);
try
{
    using var engine = args.Length > 0 ? TinyGptPredictionEngine.Open(args[0]) : Learn();
    foreach (var line in new[] { "public static ", "    /// <summary>Gets the ", "    /// <exception cref=\"Arg" }.Concat(typed))
        Console.WriteLine($"{line} ► {string.Join(" · ", Suggest(engine, line).Select(end => $"{end.Text} {100 * end.Chance:F0} %"))}");
    return 0;
}
catch (Exception e) when (e is IOException or GgufFormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// The most probable words that begin with what is typed of the last one, with their chances among all that do.
static IEnumerable<(string Text, double Chance)> Suggest(TinyGptPredictionEngine engine, string typed)
{
    var begun = Regex.Match(typed, @" ?\w*$").Value; // a space belongs to the token of the word behind it
    var text = typed[Math.Max(0, typed.Length - 200)..^begun.Length];
    var tokens = engine.NextTokens(text, engine.VocabularySize).Where(token => Regex.IsMatch(token.Text, $@"^{begun}\w+$")).ToArray();
    var all = tokens.Sum(token => token.Probability);
    return tokens.Take(8).Select(token => Finish(token.Text, token.Probability / all)).OrderByDescending(end => end.Chance).Take(3);

    (string Text, double Chance) Finish(string word, double chance) =>
        word.Length < 30 && engine.NextTokens(text + word, 1)[0] is var next && Regex.IsMatch(next.Text, @"^\w+$")
            ? Finish(word + next.Text, chance * next.Probability) : (word.Trim(), chance);
}

static TinyGptPredictionEngine Learn()
{
    var source = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "..", "src"); // beside the folder of this file
    var files = CorpusReader.ReadFolder(source, "*.cs").ToLookup(file => CorpusSplit.IsValidation(file.Text, 0.1));
    var tiny = new MLContext(seed: 1).TinyLlm();
    ModelArchitecture sizes = new() { Kind = ModelKind.Llama, LayerCount = 3, EmbeddingLength = 128, HeadCount = 4, VocabularySize = 2048 };
    var training = new TrainingOptions { Epochs = 3, SequenceLength = 128, LearningRate = 3e-3, EvaluateEvery = null };
    var engine = TinyGptPredictionEngine.Open(tiny.Pretrain(sizes, training: training).Fit(tiny.LoadDocuments(files[false])).Model);
    // Beside the simplest way: the three words that most often followed the one before. A pair is a word with its space, and the next word.
    var pair = new Regex(@"(\S+) (?=(\w+))");
    var followers = files[false].SelectMany(file => pair.Matches(file.Text)).ToLookup(match => match.Value, match => match.Groups[2].Value);
    var asked = files[true].SelectMany(file => pair.Matches(file.Text), (file, match) => (
        Typed: file.Text[..match.Groups[2].Index], Last: match.Value, Next: match.Groups[2].Value)).Where((_, i) => i % 25 == 0).ToArray();
    var model = asked.Count(place => Suggest(engine, place.Typed).Any(word => word.Text == place.Next));
    var counts = asked.Count(place =>
        followers[place.Last].CountBy(word => word).OrderByDescending(word => word.Value).Take(3).Any(word => word.Key == place.Next));
    Console.WriteLine($"The next word of unseen code is among three suggestions in {new Proportion(model, asked.Length)},");
    Console.WriteLine($"and among the three most frequent followers of the word before in {new Proportion(counts, asked.Length)}.");
    return engine;
}
