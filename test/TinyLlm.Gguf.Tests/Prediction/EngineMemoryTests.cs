namespace TinyLlm.Gguf.Tests.Prediction;

[TestClass]
public sealed class EngineMemoryTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Generate_MoreTokens_AllocateTheirTextAndNothingElse(bool withStopText)
    {
        using var folder = new TemporaryFolder();
        TinyModels.Create(ModelKind.Llama, seed: 2).Save(folder.PathOf("model.gguf"));
        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"));
        // The grammar keeps the model from ending early, and makes a character of each token.
        var options = new GenerationOptions
        {
            Temperature = 1,
            Seed = 5,
            Grammar = "root ::= [a-z]{110}",
            StopTexts = withStopText ? ["NEVER", "ever!"] : [],
        };

        Assert.AreEqual(BytesBeyondText(10), BytesBeyondText(100));

        // The least of several: what is compiled and grown in the first calls is no token's doing.
        long BytesBeyondText(int tokens) => Enumerable.Range(0, 6).Min(_ =>
        {
            var counted = options with { MaximumTokens = tokens };
            var before = GC.GetAllocatedBytesForCurrentThread();
            var text = engine.Generate("x", counted);
            var generated = GC.GetAllocatedBytesForCurrentThread();
            Assert.AreEqual(tokens, new string(text.AsSpan()).Length);
            return generated - before - (GC.GetAllocatedBytesForCurrentThread() - generated);
        });
    }
}
