using System.Collections.Immutable;
using System.Text;

namespace TinyLlm.Transforms.Tests.Corpora;

[TestClass]
public sealed class CorpusCuratorTests
{
    // Words of a made-up language, so that only what a test repeats is repeated.
    private static readonly Random Words = new(1);

    [TestMethod]
    public void Curate_Gutenberg_FindsEveryVersionOfAChristmasCarol()
    {
        var curator = new CorpusCurator();
        var kept = curator.Curate(CorpusReader.ReadFolder(TestData.Require("text-gutenberg-pd"))).Select(
            document => document.Name).ToArray();
        // Counted from all groups of five words, without sketches: the versions share 0.18 to 0.98 of the smaller text with each other. So
        // do an
        // anthology with the Carol in it, which comes later, one that comes before (0.14 with the first version), and two pairs of other
        // collections.
        string[] carols = ["Dickens-A-Christmas-Carol", "Dickens-Old-Scrooge-A-Christmas-Carol", "Dickens-Christmas-Tide"];
        Assert.HasCount(
            1, kept.Where(name => carols.Any(carol => name.StartsWith(carol, StringComparison.Ordinal))), string.Join('\n', kept));
        var rejected = curator.Report.Rejections;
        Assert.AreEqual(7, rejected[CorpusRejection.NearDuplicate], curator.Report.ToString());
        Assert.HasCount(1, rejected, curator.Report.ToString());
        Assert.AreEqual((63, 56), (curator.Report.Documents, curator.Report.KeptDocuments));
    }

    [TestMethod]
    public void Curate_EachRule_RejectsWithItsReason()
    {
        var text = Text(200);
        Expect(CorpusRejection.TooShort, "short", "5 characters; 200 are the fewest");
        Expect(CorpusRejection.TooLong, Text(3000), "characters; 9000 are the most");
        Expect(CorpusRejection.Symbols, text + string.Concat(Enumerable.Repeat(" @#$%", 100)), "symbols; 0.1 are the most");
        Expect(CorpusRejection.Language, text + string.Concat(Enumerable.Repeat(" где это", 60)),
            "letters of the language; 0.8 are the fewest");
        Expect(CorpusRejection.RepeatedLines, text + string.Concat(Enumerable.Repeat("\nthe very same line as before", 30)),
            "in repeated lines; 0.3 is the most");
        Expect(CorpusRejection.Boilerplate,
            string.Join("\n", Enumerable.Range(0, 30).Select(i => i % 4 == 0 ? $"{Text(4)} CLICK here" : Text(8))),
            "0.27 lines of boilerplate; 0.2 are the most");
        Expect(CorpusRejection.RepeatedWords, text + " " + text.Replace('\n', ' ') + " " + text,
            "repeated groups of five words; 0.3 are the most");

        static void Expect(CorpusRejection reason, string text, string detail)
        {
            var curator = new CorpusCurator(new CorpusOptions { MaximumCharacters = 9000 });
            Assert.IsEmpty(curator.Curate([new("one", text)]).ToArray());
            Assert.AreEqual(1, curator.Report.Rejections.GetValueOrDefault(reason), curator.Report.ToString());
            StringAssert.Contains(curator.Report.GetSamples(reason)[0].Detail, detail);
        }
    }

    [TestMethod]
    public void Curate_RulesTurnedOff_KeepsEverything()
    {
        var curator = new CorpusCurator(new CorpusOptions
        {
            MinimumCharacters = null,
            MaximumSymbolShare = null,
            MinimumLanguageShare = null,
            MaximumRepeatedLineShare = null,
            MaximumRepeatedWordShare = null,
            MaximumBoilerplateShare = null,
            MaximumOverlap = null,
            RemoveExactDuplicates = false,
        });
        Assert.HasCount(3, curator.Curate([new("a", ""), new("b", "@@@"), new("c", "@@@")]).ToArray());
    }

    [TestMethod]
    public void Curate_Duplicates_KeepsTheFirst()
    {
        var (one, two) = (Text(400), Text(400));
        var edited = one.Replace(one[300..310], " changed ");
        CorpusDocument[] documents = [new("one", one), new("two", two), new("again", one), new("edited", edited), new("both", two + one)];
        var curator = new CorpusCurator();
        CollectionAssert.AreEqual(new[] { "one", "two" }, curator.Curate(documents).Select(document => document.Name).ToArray());
        Assert.AreEqual("again", curator.Report.GetSamples(CorpusRejection.ExactDuplicate).Single().Name);
        CollectionAssert.AreEqual(
            new[] { "edited", "both" }, curator.Report.GetSamples(CorpusRejection.NearDuplicate).Select(sample => sample.Name).ToArray());
        StringAssert.Contains(curator.Report.ToString(), "kept 2 of 5 documents");
        StringAssert.Contains(curator.Report.ToString(), "with 'one'; 0.15 is the most");
        Assert.IsEmpty(curator.Curate([new("later", one)]).ToArray(), "What an earlier call kept is known.");
    }

    [TestMethod]
    public void Curate_ManyDocuments_IsTheSameEveryTime()
    {
        var documents = Enumerable.Range(0, 300).Select(i => new CorpusDocument($"{i}", i % 3 == 0 ? "short" : Text(60))).ToArray();
        var (first, second) = (new CorpusCurator(), new CorpusCurator());
        CollectionAssert.AreEqual(first.Curate(documents).ToArray(), second.Curate(documents).ToArray());
        Assert.AreEqual(first.Report.ToString(), second.Report.ToString());
        Assert.AreEqual(
            (100, 5), (first.Report.Rejections[CorpusRejection.TooShort], first.Report.GetSamples(CorpusRejection.TooShort).Count));
        Assert.AreEqual(200, first.Report.KeptDocuments, "Unrelated documents are no duplicates.");
    }

    [TestMethod]
    public void Overlap_RandomTexts_IsNearTheTrueShare()
    {
        foreach (var share in (double[])[0.1, 0.3, 0.6, 0.9])
        {
            var words = Text(4000).Split(' ', '\n');
            var common = (int)(share * words.Length);
            var (one, two) = (string.Join(' ', words), string.Join(' ', words[..common]) + " " + Text(words.Length - common + 4000));
            var (a, b) = (MinHashSketch.Of(one), MinHashSketch.Of(two));
            // 250 hashes of 4,000: the error of a share is at most 0.032, and 0.1 is three times that.
            Assert.AreEqual(share, a.Overlap(b, a.Hashes.Intersect(b.Hashes).Count()), 0.1);
        }
    }

    [TestMethod]
    public void Constructor_WrongSettings_AreAllReported()
    {
        var options = new CorpusOptions
        {
            MinimumCharacters = -1,
            MaximumCharacters = -5,
            MaximumSymbolShare = 2,
            MaximumOverlap = double.NaN,
            LanguageRanges = [],
            BoilerplatePhrases = [""],
            SampleCount = -1
        };
        var message = Assert.ThrowsExactly<ArgumentException>(() => _ = new CorpusCurator(options)).Message;
        foreach (var part in (
            string[])["MinimumCharacters is -1", "MaximumCharacters is -5", "MaximumSymbolShare is 2; 0 to 1", "MaximumOverlap is NaN",
            "LanguageRanges are empty", "BoilerplatePhrases are not set, or one is empty", "SampleCount is -1"])
            StringAssert.Contains(message, part);
    }

    private static string Text(int words)
    {
        var text = new StringBuilder();
        lock (Words)
        {
            for (var i = 0; i < words; i++)
                text.Append(i == 0 ? "" : i % 12 == 0 ? "\n" : " ").Append(
                    string.Concat(Enumerable.Range(0, 5).Select(_ => (char)('a' + Words.Next(26)))));
        }

        return text.ToString();
    }
}
