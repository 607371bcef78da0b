namespace TinyLlm.Gguf.Tests;

[TestClass]
public sealed class GgufFileTests
{
    [TestMethod]
    public void Metadata_EveryType_ComesBackTheSame()
    {
        object[] values =
        [
            (byte)1, (sbyte)-2, (ushort)3, (short)-4, 5u, -6, 7.5f, true, "acht", 9UL, -10L, 11.25,
            new[] { 1, 2 }, new[] { "a", "ü" }, new[] { true, false },
            Array.Empty<string>(), new[] { new GgufArray(new[] { 1f }), new GgufArray(Array.Empty<byte>()) },
        ];
        var metadata = new GgufMetadata(values.Select((value, i) => KeyValuePair.Create($"key.{i}", GgufValue.From(value))));
        using var stream = new MemoryStream();
        GgufWriter.Write(stream, metadata, []);
        using var file = GgufFile.Open(stream.ToArray());
        CollectionAssert.AreEqual(metadata.ToArray(), file.Metadata.ToArray());
        Assert.AreEqual("acht", file.Metadata["key.8"].AsString("key.8"));
        StringAssert.Contains(
            Assert.ThrowsExactly<GgufFormatException>(() => file.Metadata["key.8"].AsInt32("key.8")).Message, "'key.8' must be an integer");
    }

    [TestMethod]
    public void Tensors_WrittenThenMapped_HaveShapesTypesAndBytes()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Root, "sub", "t.gguf");
        ModelTensor[] tensors =
        [
            ModelTensor.FromSingles("first", [2, 3], new float[] { 1, 2, 3, 4, 5, 6 }),
            ModelTensor.FromSingles("second", [32], Enumerable.Range(0, 32).Select(i => (float)i).ToArray()).ConvertTo(GgufTensorType.Q8_0),
        ];
        GgufWriter.Write(path, GgufMetadata.Empty.With("general.alignment", 64u), tensors);
        using var file = GgufFile.Open(path);
        Assert.AreEqual(64, file.Alignment);
        CollectionAssert.AreEqual(new long[] { 2, 3 }, file.Tensors[0].Shape.ToArray());
        Assert.AreEqual(64, file.Tensors[1].Offset);
        foreach (var (expected, info) in tensors.Zip(file.Tensors))
            CollectionAssert.AreEqual(expected.Data.ToArray(), file.GetData(info).ToArray());
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(path)!), "The temporary file is gone.");
    }

    [TestMethod]
    public void Write_CancelledOrBad_LeavesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Root, "t.gguf");
        File.WriteAllText(path, "old");
        var tensor = ModelTensor.FromSingles("t", [1], new float[1]);
        Assert.ThrowsExactly<OperationCanceledException>(
            () => GgufWriter.Write(path, GgufMetadata.Empty, [tensor], new CancellationToken(canceled: true)));
        Assert.ThrowsExactly<ArgumentException>(() => GgufWriter.Write(path, GgufMetadata.Empty, [tensor, tensor]));
        Assert.AreEqual("old", File.ReadAllText(path));
        Assert.HasCount(1, Directory.GetFiles(folder.Root));
    }

    [TestMethod]
    public void Data_AfterDispose_Throws()
    {
        var file = GgufFile.Open(GgufFiles.Model());
        var data = file.GetData(file.Tensors[0]);
        file.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => data.Span[0]);
    }

    [TestMethod]
    public void Open_LlamaCppVocabulary_ReadsFullyAndRewritesIdentically()
    {
        var path = TestData.Require("tok-gpt2/llama.cpp/ggml-vocab-gpt-2.gguf");
        using var file = GgufFile.Open(path);
        Assert.HasCount(50257, file.Metadata["tokenizer.ggml.tokens"].AsArray<string>("tokenizer.ggml.tokens"));
        Assert.HasCount(50000, file.Metadata["tokenizer.ggml.merges"].AsArray<string>("tokenizer.ggml.merges"));
        using var copy = new MemoryStream();
        GgufWriter.Write(copy, file.Metadata, []);
        CollectionAssert.AreEqual(File.ReadAllBytes(path), copy.ToArray());
    }
}
