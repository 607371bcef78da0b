using TinyLlm.Gguf.Tests.Prediction;

namespace TinyLlm.Gguf.Tests.Quantization;

[TestClass]
public sealed class ModelQuantizerTests
{
    private static readonly string[] Texts = ["The window was moved up, then down.", "0.12 0.34 0.56 0.78", "label: wave"];

    [TestMethod]
    [DataRow(GgufFileType.F16, 1e6f, "holds 1000000, and 16 bits end at 65504: keep it in F32 or BF16 by Overrides")]
    [DataRow(GgufFileType.Q8_0, 1e7f, "holds 10000000, and 16 bits end at 65504")]
    [DataRow(GgufFileType.Q4_0, 1e6f, "holds 1000000, and 16 bits end at 65504")]
    [DataRow(GgufFileType.F16, float.NaN, "holds a value that is not finite, at 70")]
    [DataRow(GgufFileType.BF16, float.PositiveInfinity, "holds a value that is not finite, at 70")]
    [DataRow(GgufFileType.Q4_0, float.NaN, "holds a value that is not finite, at 70")]
    public void Quantize_ValueBeyondTheType_NamesTheTensorAndWritesNothing(GgufFileType type, float value, string message)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Gpt2);
        var values = model["blk.1.ffn_down.weight"].ToSingles();
        values[70] = value;
        var source = Save(folder, model.WithTensors([ModelTensor.FromSingles("blk.1.ffn_down.weight", [64, 256], values)]));
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ModelQuantizer.Quantize(source, folder.PathOf("small.gguf"), new QuantizationOptions { Type = type }));
        StringAssert.Contains(error.Message, "'blk.1.ffn_down.weight' " + message);
        Assert.IsFalse(File.Exists(folder.PathOf("small.gguf")));
    }

    // The bounds are four thirds of the errors seen on uniform random weights, the worst case for codes made for bell-shaped ones.
    [TestMethod]
    [DataRow(GgufFileType.F16, 0.0003)]
    [DataRow(GgufFileType.BF16, 0.0022)]
    [DataRow(GgufFileType.Q8_0, 0.0055)]
    [DataRow(GgufFileType.Q6_K, 0.03)]
    [DataRow(GgufFileType.Q5_1, 0.06)]
    [DataRow(GgufFileType.Q5_0, 0.06)]
    [DataRow(GgufFileType.Q5_K_S, 0.06)]
    [DataRow(GgufFileType.Q5_K_M, 0.06)]
    [DataRow(GgufFileType.Q4_1, 0.12)]
    [DataRow(GgufFileType.Q4_0, 0.12)]
    [DataRow(GgufFileType.Q4_K_S, 0.12)]
    [DataRow(GgufFileType.Q4_K_M, 0.12)]
    [DataRow(GgufFileType.IQ4_NL, 0.12)]
    [DataRow(GgufFileType.IQ4_XS, 0.12)]
    [DataRow(GgufFileType.Q3_K_S, 0.25)]
    [DataRow(GgufFileType.Q3_K_M, 0.25)]
    [DataRow(GgufFileType.Q3_K_L, 0.25)]
    [DataRow(GgufFileType.IQ3_S, 0.3)]
    [DataRow(GgufFileType.IQ3_M, 0.3)]
    [DataRow(GgufFileType.IQ3_XS, 0.3)]
    [DataRow(GgufFileType.IQ3_XXS, 0.35)]
    [DataRow(GgufFileType.Q2_K, 0.4)]
    [DataRow(GgufFileType.Q2_K_S, 0.4)]
    [DataRow(GgufFileType.Q2_0, 0.7)]
    [DataRow(GgufFileType.IQ2_M, 0.5)]
    [DataRow(GgufFileType.IQ2_S, 0.5)]
    [DataRow(GgufFileType.IQ2_XS, 0.5)]
    [DataRow(GgufFileType.IQ2_XXS, 0.5)]
    [DataRow(GgufFileType.TQ1_0, 0.7)]
    [DataRow(GgufFileType.TQ2_0, 0.7)]
    [DataRow(GgufFileType.Q1_0, 0.7)]
    [DataRow(GgufFileType.IQ1_S, 0.7)]
    [DataRow(GgufFileType.IQ1_M, 0.7)]
    public void Quantize_EveryType_GivesWhatWasAskedAndRuns(GgufFileType type, double bound)
    {
        using var folder = new TemporaryFolder();
        var source = Save(folder, TinyModels.Create(ModelKind.Gpt2, width: 256));
        var importance = type.NeedsImportance() ? ImportanceMatrix.Collect(source, Texts) : null;
        var report = ModelQuantizer.Quantize(
            source, folder.PathOf("small.gguf"), new QuantizationOptions { Type = type, ImportanceMatrix = importance });
        var up = report.Tensors.Single(tensor => tensor.Name == "blk.1.ffn_up.weight");
        Assert.AreEqual((GgufTensorType.F32, type.BaseType()), (up.Source, up.Asked));
        Assert.AreEqual(up.Asked, up.Given);
        Assert.IsTrue(up.RelativeError > 0 && up.RelativeError < bound, $"{up.RelativeError}");
        Assert.AreEqual(new FileInfo(folder.PathOf("small.gguf")).Length, report.DestinationBytes);
        Assert.IsLessThan(0.55 * report.SourceBytes, report.DestinationBytes);
        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("small.gguf"), new TinyGptOptions { Threads = 1 });
        Assert.AreEqual(1, engine.NextTokens("window", 257).Sum(token => token.Probability), 1e-3);
    }

    [TestMethod]
    public void Quantize_EveryTypeThereIs_IsTested()
    {
        var tested = typeof(ModelQuantizerTests).GetMethod(nameof(Quantize_EveryType_GivesWhatWasAskedAndRuns))!
            .GetCustomAttributes(typeof(DataRowAttribute), false).Select(row => (GgufFileType)((DataRowAttribute)row).Data[0]!);
        CollectionAssert.AreEquivalent(Enum.GetValues<GgufFileType>().Except([GgufFileType.F32]).ToArray(), tested.ToArray());
    }

    [TestMethod]
    public void Quantize_Q8_0_IsOurOwnCodecsBytes()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        var report = ModelQuantizer.Quantize(
            Save(folder, model), folder.PathOf("q8.gguf"), new QuantizationOptions { Type = GgufFileType.Q8_0 });
        using var quantized = LanguageModel.Load(folder.PathOf("q8.gguf"));
        foreach (var tensor in model.Tensors)
        {
            var expected = tensor.Shape.Length == 1 ? tensor : tensor.ConvertTo(GgufTensorType.Q8_0);
            Assert.IsTrue(expected.Data.Span.SequenceEqual(quantized[tensor.Name].Data.Span), tensor.Name);
        }

        // Every value is at most half a step of 1/127 of its block's largest away.
        Assert.IsTrue(
            report.Tensors.All(tensor =>
                tensor.Given == GgufTensorType.F32 ? tensor.RelativeError == 0 : tensor.RelativeError is > 0.001 and < 0.008));
        Assert.AreEqual(model.Architecture, quantized.Architecture);
        Assert.AreEqual(model.Vocabulary, quantized.Vocabulary);
    }

    [TestMethod]
    public void Quantize_NarrowRows_ReportsWhatWasGivenInstead()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Gpt2);
        var report = ModelQuantizer.Quantize(
            Save(folder, model), folder.PathOf("q4.gguf"), new QuantizationOptions { Type = GgufFileType.Q4_K_S, Pure = true });
        var estimate = model.Architecture.Estimate(GgufTensorType.Q4_K);
        foreach (var (name, _, given) in estimate.Fallbacks)
        {
            var tensor = report.Tensors.Single(t => t.Name == name);
            Assert.AreEqual((GgufTensorType.Q4_K, given), (tensor.Asked, tensor.Given), name);
        }

        Assert.AreEqual(GgufTensorType.Q4_K, report.Tensors.Single(t => t.Name == "blk.0.ffn_down.weight").Asked);
        Assert.AreEqual(GgufTensorType.F32, report.Tensors.Single(t => t.Name == "position_embd.weight").Given);
    }

    [TestMethod]
    public void Quantize_Overrides_AreObeyedFirstFoundFirst()
    {
        using var folder = new TemporaryFolder();
        var source = Save(folder, TinyModels.Create(ModelKind.Gpt2, tied: false));
        var report = ModelQuantizer.Quantize(source, folder.PathOf("mixed.gguf"), new QuantizationOptions
        {
            Type = GgufFileType.Q4_0,
            TokenEmbeddingType = GgufTensorType.F16,
            OutputType = GgufTensorType.Q5_1,
            Overrides = [(@"blk\.0\.ffn_.*", GgufTensorType.Q8_0), ("ffn_up", GgufTensorType.Q5_0)],
        });
        foreach (var (name, type) in new[]
        {
            ("token_embd.weight", GgufTensorType.F16), ("output.weight", GgufTensorType.Q5_1), ("blk.0.ffn_up.weight", GgufTensorType.Q8_0),
            ("blk.1.ffn_up.weight", GgufTensorType.Q5_0), ("blk.1.attn_qkv.weight", GgufTensorType.Q4_0),
            ("blk.0.ffn_up.bias", GgufTensorType.F32),
        })
        {
            var tensor = report.Tensors.Single(t => t.Name == name);
            Assert.AreEqual((type, type), (tensor.Asked, tensor.Given), name);
        }
    }

    [TestMethod]
    public void Quantize_TypeThatNeedsImportance_SaysHow()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => ModelQuantizer.Quantize("in.gguf", "out.gguf", new QuantizationOptions { Type = GgufFileType.IQ2_XS }));
        StringAssert.Contains(
            error.Message, "IQ2_XS needs an ImportanceMatrix: collect one from text of your own with ImportanceMatrix.Collect");
    }

    [TestMethod]
    public void Quantize_InvalidOptions_NamesEveryProblem()
    {
        var options = new QuantizationOptions
        {
            Type = (GgufFileType)99,
            Threads = 0,
            Overrides = [("(", GgufTensorType.F16), ("x", (GgufTensorType)4)],
            OutputType = (GgufTensorType)77,
        };
        var message = Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
        string[] problems =
        [
            "Type 99 is unknown", "Threads is 0; at least 1", "OutputType 77 is unknown",
            "no regular expression", "Overrides has an unknown type",
        ];
        foreach (var problem in problems)
            StringAssert.Contains(message, problem);
    }

    [TestMethod]
    public void Quantize_QuantizedSource_IsRefusedUnlessAllowed()
    {
        using var folder = new TemporaryFolder();
        var options = new QuantizationOptions { Type = GgufFileType.Q8_0 };
        ModelQuantizer.Quantize(Save(folder, TinyModels.Create(ModelKind.Gpt2)), folder.PathOf("q8.gguf"), options);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            ModelQuantizer.Quantize(folder.PathOf("q8.gguf"), folder.PathOf("q4.gguf"), options with { Type = GgufFileType.Q4_0 }));
        StringAssert.Contains(error.Message, "requantizing from type q8_0 is disabled");
        Assert.IsFalse(File.Exists(folder.PathOf("q4.gguf")));
        var report = ModelQuantizer.Quantize(
            folder.PathOf("q8.gguf"), folder.PathOf("q4.gguf"), options with { Type = GgufFileType.Q4_0, AllowRequantize = true });
        Assert.AreEqual(
            (GgufTensorType.Q8_0, GgufTensorType.Q4_0),
            report.Tensors.Where(t => t.Name == "blk.0.ffn_up.weight").Select(t => (t.Source, t.Given)).Single());
    }

    [TestMethod]
    public void Quantize_Progress_CountsEveryTensor()
    {
        using var folder = new TemporaryFolder();
        var seen = new List<QuantizationProgress>();
        var model = TinyModels.Create(ModelKind.Llama);
        ModelQuantizer.Quantize(
            Save(folder, model), folder.PathOf("q8.gguf"), new QuantizationOptions { Type = GgufFileType.Q8_0 }, new Direct(seen.Add));
        CollectionAssert.AreEqual(
            Enumerable.Range(1, model.Tensors.Length).Select(i => new QuantizationProgress(i, model.Tensors.Length)).ToArray(), seen);
    }

    [TestMethod]
    public void Quantize_CancelledOrFailingProgress_LeavesWhatStoodThere()
    {
        using var folder = new TemporaryFolder();
        var source = Save(folder, TinyModels.Create(ModelKind.Llama));
        File.WriteAllText(folder.PathOf("q8.gguf"), "before");
        using var cancellation = new CancellationTokenSource();
        var options = new QuantizationOptions { Type = GgufFileType.Q8_0 };
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            ModelQuantizer.Quantize(source, folder.PathOf("q8.gguf"), options, new Direct(_ => cancellation.Cancel()), cancellation.Token));
        Assert.ThrowsExactly<TimeZoneNotFoundException>(() =>
            ModelQuantizer.Quantize(source, folder.PathOf("q8.gguf"), options, new Direct(_ => throw new TimeZoneNotFoundException())));
        Assert.AreEqual("before", File.ReadAllText(folder.PathOf("q8.gguf")));
        Assert.HasCount(2, Directory.GetFiles(folder.Root));
    }

    [TestMethod]
    public void Quantize_BadSource_IsNamedAsByTheReader()
    {
        using var folder = new TemporaryFolder();
        var options = new QuantizationOptions { Type = GgufFileType.Q8_0 };
        Assert.ThrowsExactly<FileNotFoundException>(
            () => ModelQuantizer.Quantize(folder.PathOf("none.gguf"), folder.PathOf("out.gguf"), options));
        File.WriteAllText(folder.PathOf("bad.gguf"), "PK and more bytes that are no model");
        Assert.ThrowsExactly<GgufFormatException>(
            () => ModelQuantizer.Quantize(folder.PathOf("bad.gguf"), folder.PathOf("out.gguf"), options));
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void Collect_Texts_AreTheMeanSquaresOfTheNaiveForward(ModelKind kind)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(kind, tied: false);
        var importance = ImportanceMatrix.Collect(Save(folder, model), Texts);
        var oracle = new NaiveForward(model);
        foreach (var text in Texts)
            oracle.Logits([.. System.Text.Encoding.UTF8.GetBytes(text).Select(b => (int)b)]);
        Assert.AreEqual(Texts.Sum(text => text.Length), importance.TokenCount);
        CollectionAssert.AreEquivalent(
            oracle.SquaredInputs.Keys.Select(name => name + ".weight").ToArray(), importance.Columns.Keys.ToArray());
        foreach (var (name, squares) in oracle.SquaredInputs)
        {
            var columns = importance.Columns[name + ".weight"];
            Assert.HasCount(squares.Length, columns);
            for (var i = 0; i < squares.Length; i++)
                Assert.AreEqual(
                    squares[i] / importance.TokenCount, columns[i], (0.02 * squares[i] / importance.TokenCount) + 1e-4,
                    $"{name} {i}"); // keys and values are halves
        }
    }

    [TestMethod]
    public void Collect_NoText_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var source = Save(folder, TinyModels.Create(ModelKind.Gpt2));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => ImportanceMatrix.Collect(source, [])).Message, "The texts have no tokens.");
    }

    private static string Save(TemporaryFolder folder, LanguageModel model)
    {
        var path = folder.PathOf("model.gguf");
        model.Save(path);
        return path;
    }

    private sealed class Direct(Action<QuantizationProgress> report) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value) => report(value);
    }
}
