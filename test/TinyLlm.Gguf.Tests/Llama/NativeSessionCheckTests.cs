namespace TinyLlm.Gguf.Tests.Llama;

/// <summary>Sessions are read by us before llama.cpp reads them.</summary>
[TestClass]
public sealed class NativeSessionCheckTests
{
    [TestMethod]
    [DataRow(0, 1u, "the magic number is 1; 1,734,833,006 is expected (at byte 4)")]
    [DataRow(4, 99u, "the version is 99; 10 is expected")]
    [DataRow(8, 0x4000_0000u, "it has 1,073,741,824 tokens, and the context 128 positions")]
    [DataRow(12, 257u, "its token 0 is 257, and the vocabulary has 257")]
    [DataRow(24, 0xFFFF_FFFFu, "the length of the architecture's name is 4,294,967,295; 5 is expected")]
    [DataRow(28, 0u, "it is of another architecture than 'llama'")]
    [DataRow(33, 2u, "the number of streams is 2; 1 is expected")]
    [DataRow(37, 4u, "the number of cells is 4; 3 is expected")]
    [DataRow(41, 2u, "its cell 2 is of position 2; each from 0 to 2 is expected once")]
    [DataRow(41, 1000u, "its cell 0 is of position 1,000; each from 0 to 2 is expected once")]
    [DataRow(45, 0xFFFF_FFFFu, "a cell's number of sequences is 4,294,967,295; 1 is expected")]
    [DataRow(49, 7u, "a cell's sequence is 7; 0 is expected")]
    [DataRow(77, 7u, "whether values are transposed is 7; 0 or 1 is expected")]
    [DataRow(81, 3u, "the number of layers is 3; 2 is expected")]
    [DataRow(85, 8u, "its keys or values are of type 8; F32 or F16 is expected")]
    [DataRow(89, 1u, "its rows have 1 bytes; 64 are expected")]
    public void LoadSession_NumberThatIsWrong_IsNamed(int at, uint number, string message)
    {
        using var folder = new TemporaryFolder();
        using var engine = Engine();
        var session = Save(engine, folder);
        BitConverter.TryWriteBytes(session.AsSpan(at), number);
        StringAssert.Contains(Fault(engine, folder, session), message);
    }

    [TestMethod]
    public void LoadSession_CutOrLonger_IsNamed()
    {
        using var folder = new TemporaryFolder();
        using var engine = Engine();
        var session = Save(engine, folder);
        for (var length = 0; length < session.Length; length += length < 128 ? 1 : 61)
            StringAssert.Contains(Fault(engine, folder, session[..length]), "it ends inside ");
        StringAssert.Contains(Fault(engine, folder, [.. session, 0]), "1 bytes follow its end");
        Assert.HasCount(3, engine.NextTokens("abc", 3), "The engine is as it was.");
    }

    [TestMethod]
    public void LoadSession_Whole_IsTaken()
    {
        using var folder = new TemporaryFolder();
        foreach (var isExact in new[] { false, true })
        {
            using var engine = Engine(isExact);
            Save(engine, folder);
            using var other = Engine(isExact);
            other.LoadSession(folder.PathOf("session.bin"));
            Assert.AreEqual(engine.NextTokens("abcd", 1)[0], other.NextTokens("abcd", 1)[0]);
        }
    }

    private static TinyGptPredictionEngine Engine(bool isExact = false) =>
        TinyGptPredictionEngine.Open(TinyModels.Create(ModelKind.Llama), new TinyGptOptions { ExactAttention = isExact });

    private static byte[] Save(TinyGptPredictionEngine engine, TemporaryFolder folder)
    {
        _ = engine.NextTokens("abc", 1);
        engine.SaveSession(folder.PathOf("session.bin"));
        return File.ReadAllBytes(folder.PathOf("session.bin"));
    }

    private static string Fault(TinyGptPredictionEngine engine, TemporaryFolder folder, byte[] session)
    {
        File.WriteAllBytes(folder.PathOf("damaged.bin"), session);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => engine.LoadSession(folder.PathOf("damaged.bin")));
        StringAssert.StartsWith(error.Message, $"'{folder.PathOf("damaged.bin")}' is no session of this model with these options: ");
        return error.Message;
    }
}
