namespace TinyLlm.Gguf.Tests.Files;

[TestClass]
public sealed class AtomicFileTests
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.PathOf("model.gguf");

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow("write")]
    [DataRow("replace")]
    public void Write_AfterAKilledWriter_LeavesNothingButTheFile(string how)
    {
        File.WriteAllText(Target, "before");
        File.WriteAllText(_folder.PathOf("model.gguf.notes.tmp"), "not ours");
        using (var child = Child.StartAndAwait(how, Target))
        {
            Assert.HasCount(3, Directory.GetFiles(_folder.Root));
            child.Kill();
        }

        Assert.AreEqual("before", File.ReadAllText(Target));
        Assert.HasCount(3, Directory.GetFiles(_folder.Root), "The killed process cleans nothing.");
        AtomicFile.Write(Target, stream => stream.Write("after"u8));
        Assert.AreEqual("after", File.ReadAllText(Target));
        CollectionAssert.AreEquivalent(
            new[] { Target, _folder.PathOf("model.gguf.notes.tmp") }, Directory.GetFiles(_folder.Root));
    }

    [TestMethod]
    [DataRow("write")]
    [DataRow("replace")]
    public void Write_AnotherProcessIsWritingTheSame_LeavesItAlone(string how)
    {
        using var child = Child.StartAndAwait(how, Target);
        AtomicFile.Write(Target, stream => stream.Write("ours"u8));
        Assert.HasCount(2, Directory.GetFiles(_folder.Root));
        Assert.AreEqual("ours", File.ReadAllText(Target));
    }

    [TestMethod]
    public void Write_ManyAtOnce_AllSucceed()
    {
        Parallel.For(0, 64, i => AtomicFile.Write(Target, stream => stream.Write([(byte)i])));
        Assert.AreEqual(1, new FileInfo(Target).Length);
        Assert.HasCount(1, Directory.GetFiles(_folder.Root));
    }

    [TestMethod]
    public void Write_FolderInPlaceOfTheFile_NamesIt()
    {
        Directory.CreateDirectory(Target);
        foreach (var write in new Action[]
        {
            () => AtomicFile.Write(Target, stream => stream.Write("x"u8)),
            () => AtomicFile.Replace(Target, path => File.WriteAllText(path, "x")),
            () => AtomicFile.Check(Target),
            () => TinyModels.Create(ModelKind.Llama).Save(Target),
        })
        {
            Assert.AreEqual(
                $"'{Target}' cannot be written: '{Target}' is a folder, and a file is expected.",
                Assert.ThrowsExactly<IOException>(write).Message);
        }

        Assert.HasCount(0, Directory.GetFiles(_folder.Root));
    }

    [TestMethod]
    public void Check_FileInPlaceOfAFolder_NamesBoth()
    {
        File.WriteAllText(_folder.PathOf("out"), "");
        var path = _folder.PathOf("out/deep/model.gguf");
        Assert.AreEqual(
            $"'{path}' cannot be written: '{_folder.PathOf("out")}' is a file, and a folder is expected.",
            Assert.ThrowsExactly<IOException>(() => AtomicFile.Check(path)).Message);
    }

    [TestMethod]
    public void Check_WhatCanBeWritten_LeavesNothing()
    {
        AtomicFile.Check(_folder.PathOf("new/folder/model.gguf"));
        File.WriteAllText(Target, "stays");
        AtomicFile.Check(Target);
        Assert.AreEqual("stays", File.ReadAllText(Target));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Root));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Save_NoRoom_IsAnErrorWithThePath()
    {
        TinyModels.Create(ModelKind.Llama).Save(_folder.PathOf("from.gguf"));
        var said = Child.RunWithRoomFor(64, "save", _folder.PathOf("from.gguf"), Target);
        StringAssert.StartsWith(said, $"IOException: '{Target}' cannot be written: ");
        Assert.HasCount(1, Directory.GetFiles(_folder.Root));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Quantize_NoRoom_IsAnErrorWithThePath()
    {
        TinyModels.Create(ModelKind.Llama).Save(_folder.PathOf("from.gguf"));
        var said = Child.RunWithRoomFor(16, "quantize", _folder.PathOf("from.gguf"), Target);
        StringAssert.StartsWith(said, $"IOException: '{Target}' cannot be written: llama.cpp could not write ");
        Assert.HasCount(1, Directory.GetFiles(_folder.Root));
    }

    [TestMethod]
    public void Quantize_FolderInPlaceOfAFile_NamesIt()
    {
        TinyModels.Create(ModelKind.Llama).Save(_folder.PathOf("from.gguf"));
        Directory.CreateDirectory(Target);
        var options = new QuantizationOptions { Type = GgufFileType.Q8_0 };
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => ModelQuantizer.Quantize(_folder.PathOf("from.gguf"), Target, options)).Message,
            $"'{Target}' is a folder, and a file is expected.");
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => ModelQuantizer.Quantize(Target, _folder.PathOf("to.gguf"), options)).Message,
            $"'{Target}' is a folder, and a file is expected.");
    }
}
