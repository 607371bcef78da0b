using System.Text;

namespace TinyLlm.Gguf.Tests.HuggingFace;

/// <summary>One test for each way in which a safetensors file can be wrong.</summary>
[TestClass]
public sealed class SafetensorsFileTests
{
    private const string One = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [TestMethod]
    public void Open_Valid_HasTheTensor()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("a.safetensors");
        File.WriteAllBytes(path, Bytes(One, 8));
        using var file = SafetensorsFile.Open(path);
        Assert.IsTrue(file.TryGet("a", out var tensor));
        CollectionAssert.AreEqual(new[] { 0f, 0 }, tensor.ToSingles());
        Assert.IsFalse(file.TryGet("b", out _));
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "has data from 0 to 8; the data are 7 bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes follow the last tensor")]
    [DataRow("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "has 8 bytes of data")]
    [DataRow("""{"a":{"dtype":"I8","shape":[8],"data_offsets":[0,8]}}""", 8, "dtype I8; F32, F16 and BF16")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "no whole number of at least 0")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "has data from 8 to 0")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "must have a dtype, a shape and two data_offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "not valid JSON")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "inside those of another tensor")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "a hole of 4 bytes before 'b'")]
    [DataRow("[1]", 0, "does not begin with '{'")]
    [DataRow("{\"a\":", 0, "not valid JSON")]
    public void Open_Fault_IsNamed(string header, int dataBytes, string message) => Fails(Bytes(header, dataBytes), message);

    [TestMethod]
    public void Open_Lengths_AreChecked()
    {
        Fails([1, 2, 3], "has 3 bytes; the header's length alone takes 8");
        Fails(BitConverter.GetBytes(ulong.MaxValue), "at most 100,000,000 are allowed");
        Fails([.. BitConverter.GetBytes(50UL), .. "{}"u8], "states 50 bytes, and 2 follow");
    }

    [TestMethod]
    public void Open_NameThatIsNoUtf8_IsNamed()
    {
        var bytes = Bytes(One, 8);
        bytes[Array.IndexOf(bytes, (byte)'a')] = 0xC3;
        Fails(bytes, "The header is not valid UTF-8");
    }

    private static void Fails(byte[] bytes, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("a.safetensors");
        File.WriteAllBytes(path, bytes);
        var fault = Assert.ThrowsExactly<SafetensorsFormatException>(() => SafetensorsFile.Open(path).Dispose());
        StringAssert.Contains(fault.Message, message);
        StringAssert.EndsWith(fault.Message, $"(at byte {fault.Offset})");
    }

    private static byte[] Bytes(string header, int dataBytes) =>
        [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]];
}
