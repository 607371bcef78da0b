namespace TinyLlm.Gguf.Tests.Files;

[TestClass]
public sealed class FileMemoryTests
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder.PathOf("model.gguf");

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public unsafe void Dispose_WhilePinned_KeepsTheBytesUntilUnpinned()
    {
        TinyModels.Create(ModelKind.Llama).Save(File1);
        var model = LanguageModel.Load(File1);
        var data = model["token_embd.weight"].Data;
        var expected = data.ToArray();
        using (var pinned = data.Pin())
        {
            model.Dispose();
            Assert.IsTrue(new ReadOnlySpan<byte>(pinned.Pointer, expected.Length).SequenceEqual(expected));
            Assert.ThrowsExactly<ObjectDisposedException>(() => _ = data.Span[0]);
        }

        Assert.ThrowsExactly<ObjectDisposedException>(() => data.Pin());
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.ContentHash);
    }

    // A model is read by many threads while another one disposes it: each reading is whole or is refused, and the process lives.
    [TestMethod]
    public void Dispose_WhileOthersRead_RefusesOrReadsAll()
    {
        TinyModels.Create(ModelKind.Llama).Save(File1);
        var expected = new FileInfo(File1).Length;
        for (var round = 0; round < 50; round++)
        {
            var model = LanguageModel.Load(File1);
            Parallel.For(0, 8, i =>
            {
                if (i == round % 8)
                {
                    model.Dispose();
                    return;
                }

                try
                {
                    using var stream = new MemoryStream();
                    model.Save(stream);
                    Assert.AreEqual(expected, stream.Length);
                }
                catch (ObjectDisposedException)
                {
                    // The other answer that is right.
                }
            });
        }
    }

    [TestMethod]
    public void Dispose_ByManyAtOnce_HappensOnce()
    {
        TinyModels.Create(ModelKind.Llama).Save(File1);
        for (var round = 0; round < 50; round++)
        {
            var file = GgufFile.Open(File1);
            Parallel.For(0, 8, _ => file.Dispose());
            Assert.ThrowsExactly<ObjectDisposedException>(() => _ = file.GetData(file.Tensors[0]).Span[0]);
        }
    }

    [TestMethod]
    public void Open_FolderEmptyFileOrDamaged_NamesIt()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => GgufFile.Open(_folder.Root)).Message,
            $"'{_folder.Root}' is a folder, and a file is expected.");
        File.WriteAllText(File1, "");
        StringAssert.StartsWith(Assert.ThrowsExactly<GgufFormatException>(() => GgufFile.Open(File1)).Message, $"'{File1}': Expected");
        File.WriteAllText(File1, "PK34 something");
        foreach (var open in new Action[]
        {
            () => GgufFile.Open(File1), () => LanguageModel.Load(File1), () => TinyGptPredictionEngine.Open(File1),
        })
        {
            StringAssert.StartsWith(
                Assert.ThrowsExactly<GgufFormatException>(open).Message, $"'{File1}': Expected the magic \"GGUF\" but found 504B3334.");
        }
    }
}
