using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Llama;

/// <summary>The state of a session is read by us before llama.cpp takes it: a hash tells of damage, not of malice.</summary>
[TestClass]
public sealed class NativeSessionCheckTests
{
    [TestMethod]
    [DataRow(0, 0xFFFF_FFFFu, "the length of the architecture's name is 4,294,967,295; 5 is expected (at byte 4 of its state)")]
    [DataRow(4, 0u, "it is of another architecture than 'llama'")]
    [DataRow(9, 2u, "the number of streams is 2; 1 is expected")]
    [DataRow(13, 4u, "the number of cells is 4; 3 is expected")]
    [DataRow(17, 2u, "its cell 2 is of position 2; each from 0 to 2 is expected once")]
    [DataRow(17, 1000u, "its cell 0 is of position 1,000; each from 0 to 2 is expected once")]
    [DataRow(21, 0xFFFF_FFFFu, "a cell's number of sequences is 4,294,967,295; 1 is expected")]
    [DataRow(25, 7u, "a cell's sequence is 7; 0 is expected")]
    [DataRow(53, 7u, "whether values are transposed is 7; 0 or 1 is expected")]
    [DataRow(57, 3u, "the number of layers is 3; 2 is expected")]
    [DataRow(61, 8u, "its keys or values are of type 8; F32 or F16 is expected")]
    [DataRow(65, 1u, "its rows have 1 bytes; 64 are expected")]
    public void Check_NumberThatIsWrong_IsNamed(int at, uint number, string message)
    {
        var (state, model) = State();
        BitConverter.TryWriteBytes(state.AsSpan(at), number);
        StringAssert.Contains(Fault(state, model), message);
    }

    [TestMethod]
    public void Check_CutOrLonger_IsNamed()
    {
        var (state, model) = State();
        for (var length = 0; length < state.Length; length += length < 128 ? 1 : 61)
            StringAssert.Contains(Fault(state[..length], model), "it ends inside ");
        StringAssert.Contains(Fault([.. state, 0], model), "1 bytes follow its end");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Check_Whole_IsTaken(bool isExact)
    {
        var (state, model) = State(isExact);
        NativeSessionCheck.Check("session", state, model, tokens: 3);
    }

    // The sequence of three tokens that an engine saved.
    private static (byte[] State, NativeModel Model) State(bool isExact = false)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        using (var engine = TinyGptPredictionEngine.Open(model, new TinyGptOptions { ExactAttention = isExact }))
        {
            _ = engine.NextTokens("abc", 1);
            engine.SaveSession(folder.PathOf("session"));
        }

        model.Save(folder.PathOf("model.gguf"));
        using var file = GgufFile.Open(folder.PathOf("model.gguf"));
        using var session = GgufFile.Open(folder.PathOf("session"));
        return (session.GetData(session.FindTensor("state")!).ToArray(), NativeModelCheck.Check(file));
    }

    private static string Fault(byte[] state, NativeModel model)
    {
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => NativeSessionCheck.Check("session", state, model, tokens: 3)).Message;
        StringAssert.StartsWith(message, "'session' is no session of this model with these options: ");
        return message;
    }
}
