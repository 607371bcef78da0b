namespace TinyLlm.Samples.Tests.Testing;

[TestClass]
public sealed class TestDataTests
{
    [TestMethod]
    public void Find_InBothFolders_PrefersTheNamedOne()
    {
        using var named = new TemporaryFolder();
        using var beside = new TemporaryFolder();
        File.WriteAllText(named.PathOf("a.csv"), "");
        File.WriteAllText(beside.PathOf("a.csv"), "");
        Assert.AreEqual(named.PathOf("a.csv"), TestData.Find("a.csv", named.Root, beside.Root).Path);
    }

    [TestMethod]
    public void Find_OnlyBeside_TakesItFromThere()
    {
        using var beside = new TemporaryFolder();
        File.WriteAllText(beside.PathOf("a.csv"), "");
        Assert.AreEqual(beside.PathOf("a.csv"), TestData.Find("a.csv", named: null, beside.Root).Path);
    }

    [TestMethod]
    public void Find_Nowhere_SaysWhatWasSoughtAndWhere()
    {
        using var beside = new TemporaryFolder();
        var (path, reason) = TestData.Find("set/a.csv", named: null, beside.Root);
        Assert.IsNull(path);
        Assert.AreEqual(
            $"This test needs the data 'set/a.csv', which is neither in the folder of TINYLLM_DATA (not set) nor in {beside.Root}.",
            reason);
    }

    [TestMethod]
    public void Require_Missing_EndsTheTestAsSkipped() =>
        Assert.ThrowsExactly<AssertInconclusiveException>(() => TestData.Require("no such set/file.csv"));
}
