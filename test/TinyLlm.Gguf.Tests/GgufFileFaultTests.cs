namespace TinyLlm.Gguf.Tests;

/// <summary>One test for each way in which a file can be wrong.</summary>
[TestClass]
public sealed class GgufFileFaultTests
{
    [TestMethod]
    public void Open_Empty() => Fails([], 0, "Expected the magic \"GGUF\" but found .");

    [TestMethod]
    public void Open_Zip() => Fails([0x50, 0x4B, 3, 4, 0, 0, 0, 0], 0, "Expected the magic \"GGUF\" but found 504B0304.");

    [TestMethod]
    public void Open_BigEndian() => Fails([.. "GGUF"u8, 0, 0, 0, 3], 4, "big-endian");

    [TestMethod]
    public void Open_Version2() =>
        Fails(GgufFiles.Begin(0, 0, version: 2), 4, "Version 2 is not supported; re-export the model as version 3.");

    [TestMethod]
    public void Open_CutHeader() => Fails([.. "GGUF"u8, 3, 0, 0, 0, 1], 8, "ends inside the header: 8 bytes are needed and 1 are left");

    [TestMethod]
    public void Open_ManyTensors() => Fails(GgufFiles.Begin(ulong.MaxValue, 0), 8, "states 18,446,744,073,709,551,615 tensors");

    [TestMethod]
    public void Open_ManyEntries() => Fails(GgufFiles.Begin(0, 1000), 16, "1,000 metadata entries");

    [TestMethod]
    public void Open_EmptyKey() => Fails(GgufFiles.Begin(0, 1).Key("", 4).Number(1).Pad(8), 24, "key is empty");

    [TestMethod]
    public void Open_LongKey() => Fails(GgufFiles.Begin(0, 1).Key(new string('k', 65536), 4).Number(1), 24, "at most 65535");

    [TestMethod]
    public void Open_KeyBeyondEnd() => Fails(GgufFiles.Begin(0, 1).Number(ulong.MaxValue).Pad(16), 24, "ends inside a metadata key");

    [TestMethod]
    public void Open_KeyNoUtf8() => Fails(GgufFiles.Begin(0, 1).Number(1UL).Bytes(0xFF).Number(4).Number(1), 24, "not valid UTF-8");

    [TestMethod]
    public void Open_KeyTwice() => Fails(GgufFiles.Begin(0, 2).Key("a", 4).Number(1).Key("a", 4).Number(1), 41, "'a' stands twice");

    [TestMethod]
    public void Open_ValueType() => Fails(GgufFiles.Begin(0, 1).Key("a", 13).Number(1L), 33, "value type 13; the types are 0 to 12");

    [TestMethod]
    public void Open_Boolean() => Fails(GgufFiles.Begin(0, 1).Key("a", 7).Bytes(2), 37, "'a' holds 2 as a boolean");

    [TestMethod]
    public void Open_ArrayTooLong() =>
        Fails(GgufFiles.Begin(0, 1).Key("a", 9).Number(4).Number(1UL << 40), 41, "1,099,511,627,776 items of 'a'");

    [TestMethod]
    public void Open_ArrayNested()
    {
        var file = GgufFiles.Begin(0, 1).Key("a", 9);
        for (var depth = 0; depth < 9; depth++)
            file.Number(9).Number(1UL);
        Fails(file.Number(4).Number(0UL), -1, "nests arrays more than 8 deep");
    }

    [TestMethod]
    public void Open_Alignment() => Fails(
        GgufFiles.Begin(0, 1).Key("general.alignment", 4).Number(48u), 53, "power of two from 8 to 65536 as UInt32 but is 48 (UInt32)");

    [TestMethod]
    public void Open_TensorName() => Fails(GgufFiles.Begin(1, 0).Tensor("", 0, 0, 1).Pad(64), 24, "name is empty");

    [TestMethod]
    public void Open_TensorNameLong() =>
        Fails(GgufFiles.Begin(1, 0).Tensor(new string('t', 64), 0, 0, 1).Pad(64), 24, "has 64 bytes; at most 63");

    [TestMethod]
    public void Open_TensorTwice() =>
        Fails(GgufFiles.Begin(2, 0).Tensor("t", 0, 0, 1).Tensor("t", 0, 32, 1).Pad(128), 57, "'t' stands twice");

    [TestMethod]
    public void Open_Rank() => Fails(GgufFiles.Begin(1, 0).Tensor("t", 0, 0, 1, 1, 1, 1, 1).Pad(64), 33, "5 dimensions; 1 to 4");

    [TestMethod]
    public void Open_Dimension() => Fails(GgufFiles.Begin(1, 0).Tensor("t", 0, 0, 0).Pad(64), 37, "a dimension of 0; at least 1");

    [TestMethod]
    public void Open_Overflow() => Fails(GgufFiles.Begin(1, 0).Tensor("t", 0, 0, 1UL << 40, 1UL << 40).Pad(64), 45, "does not fit 63 bits");

    [TestMethod]
    public void Open_TensorType() =>
        Fails(GgufFiles.Begin(1, 0).Tensor("t", 4, 0, 32).Pad(64), 45, "type 4, which ggml does not have or has removed");

    [TestMethod]
    public void Open_PartialBlock() =>
        Fails(GgufFiles.Begin(1, 0).Tensor("t", 2, 0, 40).Pad(64), 45, "rows of 40 values, and Q4_0 stores blocks of 32");

    [TestMethod]
    public void Open_DataOffset() =>
        Fails(GgufFiles.Begin(1, 0).Tensor("t", 0, 32, 1).Pad(64), 49, "begin at 32 of the data section; 0 is expected");

    [TestMethod]
    public void Open_CutData() =>
        Fails(GgufFiles.Begin(1, 0).Tensor("t", 0, 0, 8).Pad(7 + 31), 64, "data of the tensor 't': 32 bytes are needed and 31 are left");

    private static void Fails(GgufFiles file, long offset, string message) => Fails(file.ToArray(), offset, message);

    private static void Fails(byte[] bytes, long offset, string message)
    {
        var fault = Assert.ThrowsExactly<GgufFormatException>(() => GgufFile.Open(bytes).Dispose());
        StringAssert.Contains(fault.Message, message);
        StringAssert.EndsWith(fault.Message, $"(at byte {fault.Offset})");
        if (offset >= 0)
            Assert.AreEqual(offset, fault.Offset);
    }
}
