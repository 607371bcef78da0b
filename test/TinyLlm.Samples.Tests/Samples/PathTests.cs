using System.Globalization;
using System.Text.RegularExpressions;
using TinyLlm.Samples.Tests.Repository;

namespace TinyLlm.Samples.Tests.Samples;

/// <summary>Runs the samples of the path, and reads in what they print that they do what they are for.</summary>
[TestClass]
public sealed partial class PathTests : IDisposable
{
    private const int MostLines = 59;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Gets the numbered samples: file-based programs, and projects' programs.</summary>
    public static IEnumerable<string> Programs => RepositoryFiles.All.Where(file => NumberedProgram().IsMatch(file));

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Programs_All_AreShort() => RepositoryFiles.AssertNone(
        from file in Programs
        let lines = File.ReadLines(RepositoryFolder.PathOf(file)).Count()
        where lines > MostLines
        select $"{file}: {lines} lines",
        $"A stranger reads a sample in two minutes; it has at most {MostLines} lines.");

    [TestMethod]
    public void Readme_EverySample_IsListed()
    {
        var page = File.ReadAllText(RepositoryFolder.PathOf("samples/README.md"));
        RepositoryFiles.AssertNone(
            Programs.Select(file => file.Split('/')[1]).Where(name => !page.Contains(name)), "samples/README.md lists the samples.");
    }

    [TestMethod]
    public void TrainTokenizer_OurSource_LongerTokensWithMoreOfThem()
    {
        var said = SampleRun.Run(_folder, "03-TrainTokenizer.cs");
        StringAssert.Contains(said, "kept ");
        StringAssert.Contains(said, "Every document comes back from its tokens as it was.");
        var unseen = Numbers(said, @"^ +[\d,]+ +[\d,]+ +[\d.]+ +([\d.]+)$");
        Assert.HasCount(5, unseen);
        CollectionAssert.AreEqual(unseen.Order().ToArray(), unseen, "More tokens make no text longer.");
        Assert.IsGreaterThan(2, unseen[0]); // 256 merges already double what a byte carries
        Assert.IsTrue(File.Exists(_folder.PathOf("tokenizer.json")));
    }

    [TestMethod]
    public void Pretrain_OurSource_LearnsAndWrites()
    {
        var said = SampleRun.Run(_folder, "04-Pretrain.cs");
        var losses = Numbers(said, @"validation ([\d.]+)");
        Assert.IsGreaterThan(losses[^1] + 0.5, losses[0], said);
        Assert.IsLessThan(Math.Log(1024) / 2, losses[^1], "Half of what a blind guess among 1,024 tokens has.");
        StringAssert.Contains(said, "    public static ");
        Assert.IsTrue(File.Exists(_folder.PathOf("tinyllm-pretrain/model.gguf")));
        StringAssert.Contains(File.ReadAllText(_folder.PathOf("tinyllm-pretrain/training.html")), "<svg");
        Assert.IsFalse(Directory.Exists(_folder.PathOf("tinyllm-pretrain/checkpoint")));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "Windows has no signal to send.")]
    public void Pretrain_InterruptedAndStartedAgain_MakesTheSameModel()
    {
        var docs = RepositoryFolder.PathOf("docs");
        SampleRun.Run(_folder, "04-Pretrain.cs", "whole", docs, "*.md");

        using (var run = SampleRun.Start(_folder, "04-Pretrain.cs", "parts", docs, "*.md"))
        {
            run.ReadUntil("step 1 of");
            run.Signal("INT");
            var (code, errors) = run.End();
            Assert.AreEqual("", errors);
            Assert.AreEqual(130, code, run.Output);
            StringAssert.Contains(run.Output, "The same command goes on from there.");
        }

        var said = SampleRun.Run(_folder, "04-Pretrain.cs", "parts", docs, "*.md");
        Assert.DoesNotContain("step 1 of", said);
        CollectionAssert.AreEqual(
            File.ReadAllBytes(_folder.PathOf("whole/model.gguf")), File.ReadAllBytes(_folder.PathOf("parts/model.gguf")));
    }

    [TestMethod]
    public void LoraFineTune_OurRecording_AdapterChangesTheAnswersAndComesOff()
    {
        var said = SampleRun.Run(_folder, "05-LoraFineTune.cs");
        var right = Numbers(said, @"right on ([\d.]+) %");
        Assert.IsGreaterThan(right[0] + 10, right[1], said);
        Assert.AreEqual(right[0], right[2], said);
        Assert.IsGreaterThan(20, Numbers(said, @"^(\d+) of \d+ answers change")[0], said);
        Assert.IsLessThan(
            new FileInfo(_folder.PathOf("sensors.gguf")).Length / 4, new FileInfo(_folder.PathOf("sensors-adapter.gguf")).Length);
    }

    [TestMethod]
    public void QuantizeAndCompare_OurSource_SmallerFormsCostMore()
    {
        var said = SampleRun.Run(_folder, "06-QuantizeAndCompare.cs");
        const string Row = @"^(?:as it is|Q8_0|Q4_K_M|Q4_0|Q2_K) +";
        var (sizes, perplexities, divergences) = (
            Numbers(said, Row + @"(\d+)"), Numbers(said, Row + @"\d+ +([\d.]+)"), Numbers(said, Row + @"\d+ +[\d.]+ +([\d.]+)"));
        Assert.HasCount(5, sizes, said);
        CollectionAssert.AreEqual(sizes.OrderDescending().ToArray(), sizes, said);
        CollectionAssert.AreEqual(divergences.Order().ToArray(), divergences, said);
        Assert.AreEqual(perplexities[0], perplexities[1], perplexities[0] * 0.005, "Q8_0 changes perplexity by at most 0.5 %.");
        Assert.HasCount(3, Numbers(said, @"^Q\w+ +yes +(\d+)"), said);
    }

    [TestMethod]
    public void PredictiveText_OurSourceAndATypedLine_FindsWordsBesideTheSimplestWay()
    {
        var said = SampleRun.Run(_folder, "public sealed cl\n", "07-PredictiveText.cs", []);
        var right = Numbers(said, @"([\d.]+) % \[");
        Assert.HasCount(2, right);
        Assert.IsGreaterThan(20, right[0], said); // three of 2,048 tokens, drawn blindly, would be right once in 700 places
        Assert.HasCount(4, Regex.Matches(said, @"^.* ► \w+ \d+ %", RegexOptions.Multiline));
        StringAssert.Contains(said, "public sealed cl ► class ");
    }

    [TestMethod]
    public void LogAnomaly_OurLog_SaysWhichIsBetter()
    {
        var said = RunLogAnomaly(RepositoryFolder.PathOf("samples/data/http-events"));
        StringAssert.Contains(said, "n = 150 unseen normal ones and 150 abnormal ones");
    }

    [TestMethod]
    public void LogAnomaly_Hdfs_SaysWhichIsBetter() => RunLogAnomaly(TestData.Require("hdfs-deeplog-keys/derived"));

    // The verdict must be what the figures say, and a model that learned nothing has 0.5.
    private string RunLogAnomaly(string log)
    {
        var said = SampleRun.Run(_folder, "08-LogAnomaly.cs", log);
        var figures = Regex.Match(said, @"perplexity ([\d.]+), counting ([\d.]+)");
        var (model, counting) = (Number(figures.Groups[1].Value), Number(figures.Groups[2].Value));
        Assert.StartsWith(
            $"{log}: {(counting >= model ? "counting is better than the model" : "the model is better than counting")}.", said);
        Assert.IsGreaterThan(0.7, model, said);
        return said;
    }

    private static double[] Numbers(string said, string pattern) =>
        [.. Regex.Matches(said, pattern, RegexOptions.Multiline).Select(match => Number(match.Groups[1].Value))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^samples/\d\d-\w+(\.cs|/Program\.cs)$")]
    private static partial Regex NumberedProgram();
}
