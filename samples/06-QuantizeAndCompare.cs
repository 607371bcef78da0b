#:project ../src/TinyLlm.Trainers/TinyLlm.Trainers.csproj
#:property UseMicrosoftML=true
// Writes smaller forms of a model, with and without an importance matrix, and measures on texts what each costs:
//   dotnet run -c Release samples/06-QuantizeAndCompare.cs -- [MODEL.gguf [FOLDER [PATTERN]]]
// Without a model it trains one on the C# of this repository's src, 256 wide as K-quants' blocks are. A tenth of the files is held out.
using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

var here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!; // where this file lies
var folder = args.ElementAtOrDefault(1) ?? Path.Combine(here, "..", "src");
var pattern = args.ElementAtOrDefault(2) ?? (args.Length < 2 ? "*.cs" : "*.txt");
var output = Directory.CreateTempSubdirectory("tinyllm-").FullName;
try
{
    var documents = CorpusReader.ReadFolder(folder, pattern).ToLookup(document => CorpusSplit.IsValidation(document.Text, 0.1));
    var path = args.ElementAtOrDefault(0) ?? Train(documents[false]);
    using var model = TinyGptPredictionEngine.Open(path);
    var measured = documents[true].Select(Beginning).ToArray();
    var importance = ImportanceMatrix.Collect(path, documents[false].Take(100).Select(Beginning)); // never from what is measured
    Console.WriteLine($"{model.Metrics.ParameterCount:N0} parameters, measured on the beginnings of {measured.Length} documents");
    Console.WriteLine("form    importance        kB  perplexity        KL divergence  same first choice");
    Show("as it is", null, model.Metrics.FileBytes, model.DivergenceFrom(model, measured));
    foreach (var type in (GgufFileType[])[GgufFileType.Q8_0, GgufFileType.Q4_K_M, GgufFileType.Q4_0, GgufFileType.Q2_K])
    {
        foreach (var matrix in type == GgufFileType.Q8_0 ? [null] : new[] { null, importance })
        {
            var file = Path.Combine(output, $"{type}{(matrix is null ? "" : "-importance")}.gguf");
            ModelQuantizer.Quantize(path, file, new QuantizationOptions { Type = type, ImportanceMatrix = matrix });
            using var form = TinyGptPredictionEngine.Open(file);
            Show(type.ToString(), matrix, form.Metrics.FileBytes, form.DivergenceFrom(model, measured));
        }
    }

    Console.WriteLine($"The files are in {output}");
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or GgufFormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static string Beginning(CorpusDocument document) => document.Text[..Math.Min(800, document.Text.Length)];

static void Show(string name, ImportanceMatrix? matrix, long bytes, DivergenceResult result) => Console.WriteLine(
    $"{name,-8}{(matrix is null ? "" : "yes"),10}{bytes / 1e3,10:F0}{result.Perplexity,12:F3}"
    + $"{result.Mean,11:F5} ± {result.StandardError:F5}{100 * result.SameTopShare,17:F1} %");

string Train(IEnumerable<CorpusDocument> texts)
{
    var tiny = new MLContext(seed: 1).TinyLlm();
    ModelArchitecture sizes = new() { Kind = ModelKind.Llama, LayerCount = 2, EmbeddingLength = 256, HeadCount = 4, VocabularySize = 1024 };
    var training = new TrainingOptions { Steps = 150, SequenceLength = 128, LearningRate = 2e-3, EvaluateEvery = null };
    var path = Path.Combine(output, "model.gguf");
    tiny.Pretrain(sizes with { FeedForwardLength = 768 }, training: training).Append(tiny.ExportGguf(path)).Fit(tiny.LoadDocuments(texts));
    return path;
}
