namespace TinyLlm.Transforms.Tests.Corpora;

[TestClass]
public sealed class CorpusReaderTests
{
    [TestMethod]
    public void ReadFolder_EachBoundary_GivesItsDocuments()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.PathOf("b"));
        File.WriteAllText(folder.PathOf("b/two.txt"), "\uFEFFone\n\n<|endoftext|>\n<|endoftext|>\ntwo");
        File.WriteAllText(folder.PathOf("a.txt"), "x");
        File.WriteAllText(folder.PathOf("c.md"), "y");
        Expect(CorpusBoundary.File, "a.txt=x", "two.txt=one\n\n<|endoftext|>\n<|endoftext|>\ntwo");
        Expect(CorpusBoundary.Line, "a.txt#1=x", "two.txt#1=one", "two.txt#2=<|endoftext|>", "two.txt#3=<|endoftext|>", "two.txt#4=two");
        Expect(CorpusBoundary.Separator, "a.txt#1=x\n", "two.txt#1=one\n\n", "two.txt#2=two\n");
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => CorpusReader.ReadFolder(folder.Root, "*.log")).Message,
            "holds no file '*.log'");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => CorpusReader.ReadFolder(folder.Root, boundary: (CorpusBoundary)9).Count()).Message, "File, Line or Separator");

        void Expect(CorpusBoundary boundary, params string[] documents) => CollectionAssert.AreEqual(
            documents, CorpusReader.ReadFolder(folder.Root, boundary: boundary).Select(
                document => $"{document.Name}={document.Text}").ToArray());
    }

    [TestMethod]
    public void IsValidation_ManyDocuments_AreSplitByShareAndSeed()
    {
        var texts = Enumerable.Range(0, 10_000).Select(i => $"document {i}").ToArray();
        // 1,000 of 10,000 with a deviation of 30; 120 is four times that.
        Assert.AreEqual(1000, texts.Count(text => CorpusSplit.IsValidation(text, 0.1)), 120.0);
        Assert.AreEqual(0, texts.Count(text => CorpusSplit.IsValidation(text, 0)));
        Assert.AreEqual(10_000, texts.Count(text => CorpusSplit.IsValidation(text, 1)));
        Assert.IsTrue(
            texts.All(text => !CorpusSplit.IsValidation(text, 0.1) || CorpusSplit.IsValidation(text, 0.2)),
            "A larger share adds documents and moves none.");
        Assert.AreNotEqual(
            texts.Count(text => CorpusSplit.IsValidation(text, 0.1, seed: 1)),
            texts.Count(text => CorpusSplit.IsValidation(text, 0.1, 1) && CorpusSplit.IsValidation(text, 0.1, 2)));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CorpusSplit.IsValidation("x", 1.5)).Message,
            "A share from 0 to 1 is expected");
    }

    [TestMethod]
    public void Mix_Phases_KeepTheRatioAndGoOn()
    {
        var sources = new[] { Source("a", 100, 10), Source("b", 100, 30) };
        var mixed = CorpusMixer.Mix(
            sources, [new CorpusPhase(300, [1, 1]), new CorpusPhase(400, [1, 3]), new CorpusPhase(null, [1, 0])]).ToArray();
        // 150 + 150 characters, then 100 + 300, then what is left of the first.
        Assert.AreEqual("15 5", Count(mixed[..20]));
        Assert.AreEqual("10 10", Count(mixed[20..40]));
        Assert.AreEqual("75 0", Count(mixed[40..]));
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 100).Select(i => $"a{i}").ToArray(),
            mixed.Select(document => document.Name).Where(name => name[0] == 'a').ToArray(), "Sources keep their order.");
        Assert.AreEqual(
            "3 100", Count(CorpusMixer.Mix([Source("a", 3, 300), Source("b", 100, 1)], [new CorpusPhase(null, [9, 1])])),
            "A phase ends with a source that it needs.");
    }

    [TestMethod]
    public void Mix_WrongPhases_AreNamed()
    {
        Expect([], "1 sources and 0 phases");
        Expect([new CorpusPhase(null, [1, 2])], "Phase 0 has the weights [1, 2]; 1 are expected");
        Expect([new CorpusPhase(null, [0])], "Phase 0 has the weights [0]");
        Expect([new CorpusPhase(0, [1])], "Phase 0 has 0 characters; at least 1 is expected");

        static void Expect(CorpusPhase[] phases, string message) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CorpusMixer.Mix([[]], phases)).Message, message);
    }

    private static IEnumerable<CorpusDocument> Source(string name, int count, int length) =>
        Enumerable.Range(0, count).Select(i => new CorpusDocument($"{name}{i}", new string(name[0], length)));

    private static string Count(IEnumerable<CorpusDocument> documents) =>
        $"{documents.Count(document => document.Name[0] == 'a')} {documents.Count(document => document.Name[0] == 'b')}";
}
