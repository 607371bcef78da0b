using TinyLlm.Samples.Tests.Repository;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>Runs every notebook cell by cell, alone: it takes the console and the current folder.</summary>
[TestClass]
[DoNotParallelize]
public sealed class NotebookTests
{
    private const string LossCurve = "aria-label=\"loss by step\"";

    // What must be seen, whatever the trained numbers are.
    private static readonly Dictionary<string, string[]> Shown = new()
    {
        ["samples/notebooks/01-sensor-to-device.ipynb"] =
        [
            LossCurve, "<div>switches</div><svg", "cpu0 ", "</i>validation", ">Q4_0</td>", "nearest neighbour",
            "<table class=\"confusion\">", "The model says ",
        ],
        ["samples/notebooks/02-language-model.ipynb"] =
            [LossCurve, "kept ", "ReadOnlySpan", "--- temperature 0.7", "<code>␣the</code>", "noise: ", "Q4_0: "],
    };

    public static IEnumerable<string> Notebooks => RepositoryFiles.WithExtension(".ipynb");

    [TestMethod]
    [DynamicData(nameof(Notebooks))]
    public async Task Notebook_CellByCell_ShowsWhatIsStored(string file)
    {
        var path = RepositoryFolder.PathOf(file);
        var text = await File.ReadAllTextAsync(path);
        var (stored, run) = (Notebook.Parse(text), Notebook.Parse(text));
        var shown = await NotebookRunner.RunAsync(run, Path.GetDirectoryName(path)!);
        if (Environment.GetEnvironmentVariable("TINYLLM_APPROVE") == "1")
            await File.WriteAllTextAsync(path, run.ToString());
        else
            NotebookRunner.Compare(stored, run);
        Assert.IsTrue(Shown.TryGetValue(file, out var pieces), $"Say in {nameof(NotebookTests)} what {file} shows.");
        foreach (var piece in pieces)
        {
            Assert.Contains(
                output => output.Text.Contains(piece, StringComparison.Ordinal), shown, $"Nothing that is shown holds '{piece}'.");
        }
    }
}
