namespace TinyLlm.Gguf.Tests.Files;

[TestClass]
public sealed class ScratchFolderTests
{
    private readonly TemporaryFolder _parent = new();

    [TestCleanup]
    public void Cleanup() => _parent.Dispose();

    [TestMethod]
    public void RemoveLeftovers_AfterAKilledProcess_TakesItsFolderAndNoOther()
    {
        Directory.CreateDirectory(_parent.PathOf("tinyllm-scratch-without-a-lock"));
        using var own = new ScratchFolder(_parent.Root);
        using var alive = Child.StartAndAwait("scratch", _parent.Root);
        using var killed = Child.StartAndAwait("scratch", _parent.Root);
        killed.Kill();
        Assert.HasCount(4, Directory.GetDirectories(_parent.Root));
        ScratchFolder.RemoveLeftovers(_parent.Root);
        Assert.HasCount(3, Directory.GetDirectories(_parent.Root));
        Assert.HasCount(2, Directory.GetFiles(_parent.Root), "Ours and the living process's are locked.");
        Assert.IsTrue(Directory.Exists(own.Path));
    }

    [TestMethod]
    public void Dispose_Folder_LeavesNothing()
    {
        using (var folder = new ScratchFolder(_parent.Root))
            File.WriteAllText(Path.Combine(folder.Path, "model.gguf"), "x");
        Assert.HasCount(0, Directory.GetFileSystemEntries(_parent.Root));
    }

    [TestMethod]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void Path_OnUnix_IsForTheOwnerAlone()
    {
        using var folder = new ScratchFolder(_parent.Root);
        const UnixFileMode Others = (UnixFileMode)0b111_111;
        foreach (var path in Directory.GetFileSystemEntries(_parent.Root))
            Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(path) & Others, path);
    }
}
