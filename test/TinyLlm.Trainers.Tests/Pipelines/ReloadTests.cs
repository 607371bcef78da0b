using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Reload;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Pipelines;

/// <summary>
/// Every stage in one pipeline, saved here and loaded in a fresh process: typed, and with the same values to the last bit.
/// </summary>
[TestClass]
public sealed class ReloadTests
{
    [TestMethod]
    public void Pipeline_OfEveryStage_IsTheSameInAnotherProcess()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.PathOf("rows.csv"), Enumerable.Range(0, 400).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"t{i / 50},{(i / 25 % 2 == 0 ? "swing" : "rest")},{(i / 25 % 2 == 0 ? Math.Sin(i) : 0.1):F3},{i % 5}")));
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromTextFile(folder.PathOf("rows.csv"), new TextLoader.Options
        {
            Columns =
            [
                new("Trial", DataKind.String, 0), new("Label", DataKind.String, 1),
                new("X", DataKind.Single, 2), new("Y", DataKind.Single, 3),
            ],
            Separators = [','],
        });
        var tiny = context.TinyLlm();
        var engine = new TinyGptOptions { Threads = 1 };
        var training = GestureRows.Training with { Steps = 3, EvaluateEvery = null };
        TinyModels.Create(ModelKind.Gpt2).Save(folder.PathOf("other.gguf"));
        using var model = context.Transforms.Concatenate("Values", "X", "Y")
            .Append(tiny.CutWindows("Window", "Values", length: 10, groupColumnName: "Trial", labelColumnName: "Label"))
            .Append(tiny.SensorText("Text", "Window", "x", "y"))
            .Append(tiny.CurateText(options: new CorpusOptions
            {
                MinimumCharacters = 1,
                MaximumSymbolShare = null,
                MinimumLanguageShare = null,
                MaximumOverlap = null,
                MaximumRepeatedWordShare = null,
                RemoveExactDuplicates = false,
            }))
            .Append(tiny.Tokenize(new TokenizeOptions { Training = new BytePairTrainerOptions { VocabularySize = 280 } }))
            .Append(tiny.Pretrain(GestureRows.Architecture, training: training))
            .Append(tiny.FineTune(new FineTuneOptions { Training = training, Engine = engine }))
            .Append(tiny.Quantize())
            .Append(tiny.ExportGguf(folder.PathOf("model.gguf")))
            .Append(tiny.LoadModel(folder.PathOf("other.gguf")))
            .Append(tiny.Classify(new ClassifyOptions { Labels = ["swing", "rest"], Engine = engine }))
            .Append(tiny.Generate(new GenerateOptions { Generation = new GenerationOptions { MaximumTokens = 4 }, Engine = engine }))
            .Append(tiny.Embed(new EmbedOptions { Engine = engine }))
            .Append(tiny.Perplexity(new PerplexityOptions { Engine = engine }))
            .Fit(data);
        context.Model.Save(model, data.Schema, folder.PathOf("pipeline.zip"));

        var here = Digest.Of(model, data).ToArray();
        var there = OtherProcess.RunBuilt(
            "TinyLlm.Reload.dll", folder.PathOf("pipeline.zip"), folder.PathOf("rows.csv"), folder.PathOf("copy.zip"));
        Assert.AreEqual("reflection False", there[0], "The other process must do without reflection-based JSON.");
        CollectionAssert.AreEqual(here, there[1..]);
        StringAssert.Contains(
            here[0],
            "SensorWindowingTransformer SensorTextTransformer TextCuratingTransformer TokenizingTransformer TrainedModelTransformer "
            + "TrainedModelTransformer TextClassifyingTransformer QuantizedModelTransformer ExportedModelTransformer "
            + "LanguageModelTransformer TextClassifyingTransformer TextGeneratingTransformer "
            + "TextEmbeddingTransformer TextPerplexityTransformer");
        Assert.IsTrue(here.Any(line => line.StartsWith("NatsPerToken Single 40 rows", StringComparison.Ordinal)), string.Join('\n', here));

        var saved = Parts(folder.PathOf("pipeline.zip"));
        CollectionAssert.AreEquivalent(saved.Keys, Parts(folder.PathOf("copy.zip")).Keys);
        foreach (var (name, bytes) in Parts(folder.PathOf("copy.zip")))
            CollectionAssert.AreEqual(saved[name], bytes, name);
        // The same text as with reflection, which wrote it before: pipelines of then still load.
        var history = model.OfType<TrainedModelTransformer>().First().History;
        StringAssert.EndsWith(Text("History.json"), JsonSerializer.Serialize(new { history.StoppedEarly, history.Points }));
        StringAssert.EndsWith(Text("Report.json"), JsonSerializer.Serialize(model.OfType<QuantizedModelTransformer>().Single().Report));

        string Text(string stream) => Encoding.UTF8.GetString(
            saved[saved.Keys.Where(name => name.EndsWith(stream, StringComparison.Ordinal)).Order(StringComparer.Ordinal).First()]);
    }

    private static Dictionary<string, byte[]> Parts(string path)
    {
        using var file = ZipFile.OpenRead(path);
        return file.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        });
    }
}
