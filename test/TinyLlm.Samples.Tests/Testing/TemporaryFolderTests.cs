namespace TinyLlm.Samples.Tests.Testing;

[TestClass]
public sealed class TemporaryFolderTests
{
    [TestMethod]
    public void Dispose_FolderWithFiles_DeletesAll()
    {
        string root;
        using (var folder = new TemporaryFolder())
        {
            root = folder.Root;
            File.WriteAllText(folder.PathOf("file"), "text");
            Assert.IsTrue(File.Exists(Path.Combine(root, "file")));
        }

        Assert.IsFalse(Directory.Exists(root));
    }

    [TestMethod]
    public void Root_TwoFolders_Differ()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        Assert.AreNotEqual(one.Root, two.Root);
    }
}
