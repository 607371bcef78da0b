using System.Buffers.Binary;

namespace TinyLlm.Transforms.Tests;

[TestClass]
public sealed class TokenShardTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void Write_NarrowVocabulary_MakesLlmcBytes()
    {
        var path = Write(50257, [0, 1, 50256]);

        // By hand from write_datafile in llm.c's dev/data/data_common.py, "gpt-2".
        var bytes = File.ReadAllBytes(path);
        Assert.HasCount(1024 + 6, bytes);
        Assert.AreEqual(20240520, BinaryPrimitives.ReadInt32LittleEndian(bytes));
        Assert.AreEqual(1, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)));
        Assert.AreEqual(3, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)));
        Assert.IsFalse(bytes.AsSpan(12, 1012).ContainsAnyExcept((byte)0));
        CollectionAssert.AreEqual(new byte[] { 0, 0, 1, 0, 0x50, 0xC4 }, bytes[1024..]);
    }

    [TestMethod]
    public void Write_WideVocabulary_MakesLlmcBytes()
    {
        var path = Write(128256, [7, 128000]);

        // By hand from the same, "llama-3".
        var bytes = File.ReadAllBytes(path);
        Assert.AreEqual(20240801, BinaryPrimitives.ReadInt32LittleEndian(bytes));
        Assert.AreEqual(7, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)));
        Assert.AreEqual(2, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)));
        CollectionAssert.AreEqual(new byte[] { 7, 0, 0, 0, 0x00, 0xF4, 1, 0 }, bytes[1024..]);
    }

    [TestMethod]
    [DataRow(65536)]
    [DataRow(65537)]
    public void Read_AnyPart_GivesWhatWasWritten(int vocabularySize)
    {
        var random = new Random(3);
        var tokens = Enumerable.Range(0, 40_000).Select(_ => random.Next(vocabularySize)).ToArray();
        tokens[5] = vocabularySize - 1;
        using var reader = TokenShardReader.Open(Write(vocabularySize, tokens, pieces: 7));
        Assert.AreEqual(40_000, reader.Count);
        reader.Check(vocabularySize);
        foreach (var (start, length) in new[] { (0, 40_000), (39_999, 1), (5, 0), (123, 4567), (40_000, 0) })
        {
            var read = new int[length];
            reader.Read(start, read);
            CollectionAssert.AreEqual(tokens[start..(start + length)], read);
        }
    }

    [TestMethod]
    public void Read_PastTheEnd_Throws()
    {
        using var reader = TokenShardReader.Open(Write(10, [1, 2, 3]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => reader.Read(1, new int[3]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => reader.Read(-1, new int[1]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => reader.Read(0, new int[4]));
    }

    [TestMethod]
    public void Read_AfterDispose_Throws()
    {
        var reader = TokenShardReader.Open(Write(10, [1, 2, 3]));
        reader.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => reader.Read(0, new int[1]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => reader.Check(10));
    }

    [TestMethod]
    [DataRow(40000, "the token 40,000 at position 2,")]
    [DataRow(40001, null)]
    public void Check_TokenOutsideTheVocabulary_SaysWhichAndWhere(int vocabularySize, string? expected)
    {
        foreach (var written in new[] { 50257, 128256 })
        {
            var path = Write(written, [1, 2, 40000, 3]);
            using var reader = TokenShardReader.Open(path);
            if (expected is null)
            {
                reader.Check(vocabularySize);
                continue;
            }

            var error = Assert.ThrowsExactly<FormatException>(() => reader.Check(vocabularySize));
            StringAssert.Contains(error.Message, expected);
            StringAssert.Contains(error.Message, path);
            StringAssert.Contains(error.Message, "the tokens 0 to 39,999; use the vocabulary that the shard was written with.");
        }
    }

    [TestMethod]
    [DataRow(0, 0x46554747, "begins with 1179993927; a token shard begins with 20240520 (16 bits) or 20240801 (32 bits).")]
    [DataRow(4, 2, "is a token shard of version 2; with the magic 20240520, version 1 is supported.")]
    [DataRow(8, 0, "states 0 tokens; at least 1 is expected.")]
    [DataRow(8, -5, "states -5 tokens; at least 1 is expected.")]
    [DataRow(8, 4, "has 1,030 bytes, and its header describes 1,032; write it again.")]
    [DataRow(8, int.MaxValue, "has 1,030 bytes, and its header describes 4,294,968,318; write it again.")]
    [DataRow(0, 20240801, "is a token shard of version 1; with the magic 20240801, version 7 is supported.")]
    public void Open_BadHeader_SaysWhatIsWrong(int offset, int value, string expected)
    {
        var path = Write(50257, [1, 2, 3]);
        var bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(offset), value);
        File.WriteAllBytes(path, bytes);
        var error = Assert.ThrowsExactly<FormatException>(() => TokenShardReader.Open(path));
        Assert.AreEqual($"'{path}' {expected}", error.Message);
    }

    [TestMethod]
    [DataRow(0, "has 0 bytes; the header of a token shard takes 1,024.")]
    [DataRow(1023, "has 1,023 bytes; the header of a token shard takes 1,024.")]
    [DataRow(1029, "has 1,029 bytes, and its header describes 1,030; write it again.")]
    [DataRow(1031, "has 1,031 bytes, and its header describes 1,030; write it again.")]
    public void Open_WrongLength_SaysBothNumbers(int length, string expected)
    {
        var path = Write(50257, [1, 2, 3]);
        using (var file = File.OpenWrite(path))
            file.SetLength(length);
        var error = Assert.ThrowsExactly<FormatException>(() => TokenShardReader.Open(path));
        Assert.AreEqual($"'{path}' {expected}", error.Message);
    }

    [TestMethod]
    public void Open_NoFile_Throws() =>
        Assert.ThrowsExactly<FileNotFoundException>(() => TokenShardReader.Open(_folder.PathOf("none.bin")));

    [TestMethod]
    public void Write_TokenOutsideTheVocabulary_ThrowsAndWritesNone()
    {
        using var writer = new TokenShardWriter(_folder.PathOf("a.bin"), 10);
        var error = Assert.ThrowsExactly<ArgumentException>(() => writer.Write([1, 10]));
        StringAssert.StartsWith(error.Message, "Token 1 is 10; the vocabulary has the tokens 0 to 9.");
        Assert.ThrowsExactly<ArgumentException>(() => writer.Write([-1]));
        Assert.AreEqual(0, writer.Count);
    }

    [TestMethod]
    public void Complete_NothingWritten_Throws()
    {
        using var writer = new TokenShardWriter(_folder.PathOf("a.bin"), 10);
        var error = Assert.ThrowsExactly<InvalidOperationException>(writer.Complete);
        StringAssert.EndsWith(error.Message, "a.bin'; a token shard holds at least one token.");
    }

    [TestMethod]
    public void Write_AfterComplete_Throws()
    {
        using var writer = new TokenShardWriter(_folder.PathOf("a.bin"), 10);
        writer.Write([1]);
        writer.Complete();
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => writer.Write([1]));
        StringAssert.EndsWith(error.Message, "a.bin' is complete; begin another shard.");
        Assert.ThrowsExactly<InvalidOperationException>(writer.Complete);
    }

    [TestMethod]
    public void Dispose_WithoutComplete_LeavesWhatStoodThere()
    {
        var path = Write(10, [1, 2, 3]);
        var before = File.ReadAllBytes(path);
        using (var writer = new TokenShardWriter(path, 10))
            writer.Write([4, 5]);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(_folder.Root));
    }

    private string Write(int vocabularySize, int[] tokens, int pieces = 1)
    {
        var path = _folder.PathOf("shard.bin");
        using var writer = new TokenShardWriter(path, vocabularySize);
        foreach (var piece in tokens.Chunk((tokens.Length + pieces - 1) / pieces))
            writer.Write(piece);
        writer.Complete();
        return path;
    }
}
