using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Prediction;

/// <summary>llama.cpp computes what we write: its logits against the naive forward pass.</summary>
[TestClass]
public sealed class ParityTests
{
    private const int Positions = 64;

    [TestMethod]
    [DataRow(ModelKind.Gpt2, true)]
    [DataRow(ModelKind.Gpt2, false)]
    [DataRow(ModelKind.Llama, true)]
    [DataRow(ModelKind.Llama, false)]
    public void Logits_F32_EqualNaiveForwardTo1e3(ModelKind kind, bool tied)
    {
        var model = TinyModels.Create(kind, seed: 3, tied: tied);
        Assert.AreEqual(0, Differences(model, new NaiveForward(model)).Largest, 1e-3);
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Logits_Q8_EqualNaiveForwardOfTheDequantizedWeights(ModelKind kind)
    {
        var original = TinyModels.Create(kind, seed: 4);
        var model = original.WithTensors(original.Tensors
            .Where(tensor => tensor.Shape.Length == 2 && tensor.Name != "position_embd.weight").Select(
                tensor => tensor.ConvertTo(GgufTensorType.Q8_0)));
        // The weights are the same; llama.cpp rounds the activations of every product to 8 bits of their block's largest, about 1 % each.
        Assert.AreEqual(0, Differences(model, new NaiveForward(model)).RelativeRootMeanSquare, 0.03);
    }

    private static (double Largest, double RelativeRootMeanSquare) Differences(LanguageModel model, NaiveForward oracle)
    {
        using var folder = new TemporaryFolder();
        model.Save(folder.PathOf("model.gguf"));
        using var native = LlamaModel.Load(folder.PathOf("model.gguf"), mapped: true);
        using var context = new LlamaContext(native, new LlamaContextOptions { Exact = true });
        var random = new Random(5);
        var tokens = Enumerable.Range(0, Positions).Select(_ => random.Next(model.Vocabulary.Count)).ToArray();
        for (var i = 0; i < tokens.Length; i++)
            context.Add(tokens[i], i, output: true);
        context.Decode();
        var (largest, squares, reference) = (0d, 0d, 0d);
        var expected = oracle.Logits(tokens);
        for (var t = 0; t < Positions; t++)
        {
            var logits = context.Logits(t);
            for (var i = 0; i < logits.Length; i++)
            {
                var difference = logits[i] - expected[t][i];
                largest = Math.Max(largest, Math.Abs(difference));
                squares += difference * difference;
                reference += expected[t][i] * expected[t][i];
            }
        }

        return (largest, Math.Sqrt(squares / reference));
    }
}
