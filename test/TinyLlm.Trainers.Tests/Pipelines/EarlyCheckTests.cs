using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Pipelines;

/// <summary>What can be known before a training is said before it: no step is taken in any of these.</summary>
[TestClass]
public sealed class EarlyCheckTests
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    private TrainingOptions Untouched => GestureRows.Training with { Progress = new Fails() };

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void Fit_OutputsThatCannotBeWritten_AreNamedBeforeTheFirstStage()
    {
        var tiny = _context.TinyLlm();
        var rows = GestureRows.Create(_context, 60);
        var (taken, file) = (_folder.PathOf("taken"), _folder.PathOf("file"));
        Directory.CreateDirectory(taken);
        File.WriteAllText(file, "");
        var pretrain = tiny.Pretrain(GestureRows.Architecture, training: Untouched);
        Refused($"'{taken}' cannot be written: '{taken}' is a folder", () => pretrain.Append(tiny.ExportGguf(taken)).Fit(rows));
        Refused(
            $"'{file}/model.gguf' cannot be written: '{file}' is a file",
            () => pretrain.Append(tiny.ExportGguf($"{file}/model.gguf")).Fit(rows));
        Refused(
            $"'{taken}' cannot be written: '{taken}' is a folder",
            () => pretrain.Append(tiny.FineTune(new FineTuneOptions { AdapterPath = taken, Training = Untouched })).Fit(rows));
        var checkpoints = Untouched with { CheckpointFolder = file };
        var expected = $"'{Path.Combine(file, "checkpoint.gguf")}' cannot be written: '{file}' is a file";
        Refused(expected, () => pretrain.Append(tiny.FineTune(new FineTuneOptions { Training = checkpoints })).Fit(rows));
        Refused(expected, () => tiny.Pretrain(GestureRows.Architecture, training: checkpoints).Fit(rows));

        static void Refused(string message, Action fit) =>
            StringAssert.StartsWith(Assert.ThrowsExactly<IOException>(fit).Message, message);
    }

    [TestMethod]
    public void GetOutputSchema_ShardThatIsMissing_IsNamed()
    {
        var path = _folder.PathOf("none.bin");
        var options = new PretrainOptions
        {
            Architecture = GestureRows.Architecture,
            Vocabulary = TinyModels.Vocabulary(),
            ShardPaths = [path],
            Training = Untouched,
        };
        Assert.AreEqual(
            $"There is no token shard at '{path}'.",
            Assert.ThrowsExactly<FileNotFoundException>(() => _context.TinyLlm().Pretrain(options).GetOutputSchema(
                SchemaShape.Create(GestureRows.Create(_context, 10).Schema))).Message);
    }

    [TestMethod]
    public void Fit_OneLabel_IsSaidByTheFirstStageThatReadsLabels()
    {
        var tiny = _context.TinyLlm();
        var rows = Rows("up", "up");
        var pretrain = new PretrainOptions { Architecture = GestureRows.Architecture, LabelColumnName = "Label", Training = Untouched };
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidOperationException>(
                () => tiny.Pretrain(pretrain).Append(tiny.LoraFineTune(training: Untouched)).Fit(rows)).Message,
            "Pretrain needs documents of at least two labels to learn from; column 'Label' has 1: ");

        // Two key values, and one of them in the rows.
        var keys = _context.Transforms.Conversion.MapValueToKey("Label").Fit(Rows("up", "down"));
        var model = _context.TinyLlm().LoadModel(Model()).Fit(rows);
        var data = model.Transform(keys.Transform(rows));
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidOperationException>(() => tiny.LoraFineTune(training: Untouched).Fit(data)).Message,
            "LoraFineTune needs rows of at least two labels to learn from; column 'Label' is 'up' in all ");
    }

    [TestMethod]
    public void Fit_LabelWithTheTemplatesEnd_IsSaidBefore()
    {
        var tiny = _context.TinyLlm();
        var rows = Rows("up", "down. and up");
        var template = new PromptTemplate { Text = "{input}{response}", End = "." };
        var pretrain = new PretrainOptions
        {
            Architecture = GestureRows.Architecture,
            LabelColumnName = "Label",
            PromptTemplate = template,
            Training = Untouched,
        };
        const string Expected = "The response has the end text '.' in it and would be cut there; choose another end.";
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => tiny.Pretrain(pretrain).Fit(rows)).Message, Expected);
        var data = tiny.LoadModel(Model()).Fit(rows).Transform(rows);
        var tune = new FineTuneOptions { PromptTemplate = template, Training = Untouched };
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => tiny.FineTune(tune).Fit(data)).Message, Expected);
    }

    [TestMethod]
    public void Fit_NothingHeldOut_IsSaid()
    {
        var said = new List<string>();
        _context.Log += (_, e) => said.Add(e.Message);
        var rows = Rows("up", "down");
        var data = _context.TinyLlm().LoadModel(Model()).Fit(rows).Transform(rows);
        var options = new FineTuneOptions { ValidationFraction = 1e-9, Training = GestureRows.Training with { Steps = 1 } };
        using var chain = _context.TinyLlm().FineTune(options).Fit(data);
        const string Expected = "No row is held out, though ValidationFraction is 1E-09";
        Assert.IsTrue(said.Exists(line => line.Contains(Expected, StringComparison.Ordinal)));
    }

    [TestMethod]
    public void EvaluateQuantizations_FolderThatIsAFile_IsSaidBefore()
    {
        var file = _folder.PathOf("file");
        File.WriteAllText(file, "");
        var rows = Rows("up", "down");
        var data = _context.TinyLlm().LoadModel(Model()).Fit(rows).Transform(rows);
        StringAssert.StartsWith(
            Assert.ThrowsExactly<IOException>(() => _context.TinyLlm().EvaluateQuantizations(
                data, new QuantizationEvaluationOptions { Folder = file, Labels = ["up", "down"] })).Message,
            $"'{Path.Combine(file, "F32.gguf")}' cannot be written: '{file}' is a file");
    }

    private string Model()
    {
        var path = _folder.PathOf("model.gguf");
        TinyModels.Create(ModelKind.Llama).Save(path);
        return path;
    }

    private IDataView Rows(params string[] labels) => _context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(
        i => new GestureRows.Row { Text = $"u d s {i} ->", Label = labels[i % labels.Length], Session = i }).ToList());

    private sealed class Fails : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Assert.Fail("A step was taken.");
    }
}
