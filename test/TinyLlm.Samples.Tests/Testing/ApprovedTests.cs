namespace TinyLlm.Samples.Tests.Testing;

[TestClass]
public sealed class ApprovedTests
{
    [TestMethod]
    public void Verify_SameTextWithOtherLineEndings_Passes() => Verify("first\r\nsecond", "Example");

    [TestMethod]
    public void Verify_OtherText_NamesTheFirstLineThatDiffersAndTheWayOut()
    {
        var failure = Assert.ThrowsExactly<AssertFailedException>(() => Verify("first\n2nd\n", "Example"));
        StringAssert.Contains(failure.Message, "Line 2 of test/TinyLlm.Samples.Tests/Approved/Example.txt differs");
        StringAssert.Contains(failure.Message, "TINYLLM_APPROVE=1");
        StringAssert.Contains(failure.Message, "approved: second");
        StringAssert.Contains(failure.Message, "found:    2nd");
    }

    [TestMethod]
    public void Verify_ShorterText_SaysWhereItEnds()
    {
        var failure = Assert.ThrowsExactly<AssertFailedException>(() => Verify("first", "Example"));
        StringAssert.Contains(failure.Message, "approved: second");
    }

    [TestMethod]
    public void Verify_NoApprovedFile_SaysHowToWriteIt()
    {
        var failure = Assert.ThrowsExactly<AssertFailedException>(() => Verify("text", "Missing"));
        StringAssert.Contains(failure.Message, "Approved/Missing.txt does not exist; run the test with TINYLLM_APPROVE=1");
    }

    [TestMethod]
    public void Verify_Approving_WritesTheFile()
    {
        // The project is a folder under test/ that git ignores and that goes away again.
        const string Project = "../artifacts/ApprovedTests";
        var folder = RepositoryFolder.PathOf($"test/{Project}");
        try
        {
            Approved.Verify("new\r\n", "Written", approve: true, Project);
            Assert.AreEqual("new\n", File.ReadAllText(Path.Combine(folder, "Approved", "Written.txt")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Verify(string text, string name) =>
        Approved.Verify(text, name, approve: false, "TinyLlm.Samples.Tests");
}
