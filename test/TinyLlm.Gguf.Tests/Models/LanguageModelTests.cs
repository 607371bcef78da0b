namespace TinyLlm.Gguf.Tests.Models;

[TestClass]
public sealed class LanguageModelTests
{
    [TestMethod]
    [DataRow(ModelKind.Gpt2, true)]
    [DataRow(ModelKind.Gpt2, false)]
    [DataRow(ModelKind.Llama, true)]
    [DataRow(ModelKind.Llama, false)]
    public void SaveAndLoad_Model_IsTheSameAndBytesAreIdentical(ModelKind kind, bool tied)
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (Path.Combine(folder.Root, "1.gguf"), Path.Combine(folder.Root, "2.gguf"));
        var model = TinyModels.Create(kind, tied: tied).WithMetadata(
            GgufMetadata.Empty.With("general.name", "tiny").With("tinyllm.prompt", "{input}"));
        model.Save(first);
        using (var loaded = LanguageModel.Load(first))
        {
            Assert.AreEqual(model.Architecture, loaded.Architecture);
            Assert.AreEqual(model.Vocabulary, loaded.Vocabulary);
            CollectionAssert.AreEqual(model.Metadata.ToArray(), loaded.Metadata.ToArray());
            foreach (var (a, b) in model.Tensors.Zip(loaded.Tensors))
                CollectionAssert.AreEqual(a.ToSingles(), b.ToSingles(), a.Name);
            loaded.Save(second);
        }

        CollectionAssert.AreEqual(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [TestMethod]
    public void Load_MoreLayersThanTensors_SaysSoBeforeItListsThem()
    {
        var model = TinyModels.Create(ModelKind.Llama);
        using var stream = new MemoryStream();
        GgufWriter.Write(stream, ModelMetadata.Of(model).With("llama.block_count", 2_000_000_000u), model.Tensors);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.ThrowsExactly<GgufFormatException>(() => LanguageModel.Load(stream.ToArray()));
        StringAssert.Contains(fault.Message, "'llama.block_count' is 2,000,000,000, and the file has 20 tensors.");
        // Reading the file itself takes some 100 KB; a name for each tensor of such a model would take 500 GB.
        Assert.IsLessThan(10_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void WithTensors_Quantized_SharesTheRest()
    {
        var model = TinyModels.Create(ModelKind.Gpt2);
        var quantized = model.WithTensors(
            model.Tensors.Where(tensor => tensor.Shape.Length == 2).Select(tensor => tensor.ConvertTo(GgufTensorType.Q8_0)));
        Assert.AreEqual(GgufTensorType.Q8_0, quantized["blk.1.ffn_up.weight"].Type);
        Assert.AreSame(model["blk.1.ffn_up.bias"], quantized["blk.1.ffn_up.bias"]);
        Assert.IsLessThan(model.ByteCount / 3, quantized.ByteCount);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => model.WithTensors([ModelTensor.FromSingles("x", [1], new float[1])])).Message,
            "no tensor 'x'");
    }

    [TestMethod]
    public void Constructor_PartsThatDoNotFit_NamesEveryProblem()
    {
        var model = TinyModels.Create(ModelKind.Llama);
        var bad = model.Tensors.Where(tensor => tensor.Name != "output_norm.weight").Append(
            ModelTensor.FromSingles("rope_freqs.weight", [8], new float[8]));
        var message = Assert.ThrowsExactly<ArgumentException>(() => new LanguageModel(model.Architecture, model.Vocabulary, bad)).Message;
        StringAssert.Contains(message, "'output_norm.weight' is missing");
        StringAssert.Contains(message, "'rope_freqs.weight' is not part of a llama model");
        message = Assert.ThrowsExactly<ArgumentException>(() =>
            new LanguageModel(
                model.Architecture with { EmbeddingLength = 66, HeadCount = 5, KeyValueHeadCount = 3 },
                model.Vocabulary,
                model.Tensors)).Message;
        StringAssert.Contains(message, "EmbeddingLength 66 is no multiple of HeadCount 5");
        StringAssert.Contains(message, "KeyValueHeadCount 3 is no divisor of HeadCount 5");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => new LanguageModel(model.Architecture with { VocabularySize = 9 }, model.Vocabulary, model.Tensors)).Message,
            "257 tokens, and the architecture states 9");
    }

    [TestMethod]
    public void Load_OtherArchitecture_SaysWhatItIs()
    {
        using var stream = new MemoryStream();
        GgufWriter.Write(stream, GgufMetadata.Empty.With("general.architecture", "mamba"), []);
        StringAssert.Contains(
            Assert.ThrowsExactly<GgufFormatException>(() => LanguageModel.Load(stream.ToArray())).Message,
            "'mamba' is not one that this library converts");
    }

    [TestMethod]
    [DataRow(6, 384, 6, 30_339_456)]
    [DataRow(12, 768, 12, 124_439_808)]
    public void ParameterCount_PaperSizes_AreThePapers(int layers, int width, int heads, long expected)
    {
        // 124,439,808 is the published size of GPT-2 small; 50,257·384 + 1,024·384 + 6·(12·384² + 13·384) + 2·384 is the other by hand.
        var architecture = new ModelArchitecture { Kind = ModelKind.Gpt2, LayerCount = layers, EmbeddingLength = width, HeadCount = heads };
        Assert.AreEqual(expected, architecture.ParameterCount);
    }

    [TestMethod]
    public void Estimate_Widths_SaysWhatFallsBack()
    {
        var estimate = ModelPresets.Paper30M.Estimate(GgufTensorType.Q4_K);
        StringAssert.Contains(estimate.Warning, "rows of 384 values, and Q4_K stores blocks of 256: llama.cpp writes them as Q5_0");
        Assert.IsNull(ModelPresets.Paper124M.Estimate(GgufTensorType.Q4_K).Warning);
        Assert.IsNull(ModelPresets.Edge4M.Estimate(GgufTensorType.Q6_K).Warning);
        Assert.IsNull(ModelPresets.Paper30M.Estimate(GgufTensorType.Q8_0).Warning);
        ModelArchitecture[] presets =
        [
            ModelPresets.Edge4M, ModelPresets.Edge20M, ModelPresets.Edge85M,
            ModelPresets.Paper51M, ModelPresets.Paper82M, ModelPresets.Paper101M,
        ];
        foreach (var preset in presets)
            preset.Validate();
    }

    [TestMethod]
    public void Estimate_Bytes_AreThoseOfTheConvertedModel()
    {
        var model = TinyModels.Create(ModelKind.Llama);
        foreach (var type in new[] { GgufTensorType.F32, GgufTensorType.F16, GgufTensorType.Q8_0, GgufTensorType.Q4_0 })
        {
            var converted = model.WithTensors(
                model.Tensors.Where(tensor => tensor.Shape.Length == 2).Select(tensor => tensor.ConvertTo(type)));
            Assert.AreEqual(converted.ByteCount, model.Architecture.Estimate(type).ByteCount, type.ToString());
        }
    }
}
