namespace TinyLlm.Gguf.Tests.HuggingFace;

[TestClass]
public sealed class HuggingFaceFolderTests
{
    [TestMethod]
    [DataRow(ModelKind.Gpt2, true)]
    [DataRow(ModelKind.Gpt2, false)]
    [DataRow(ModelKind.Llama, true)]
    [DataRow(ModelKind.Llama, false)]
    public void SaveAndLoad_Model_IsTheSame(ModelKind kind, bool tied)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(kind, seed: 5, tied: tied);
        HuggingFaceFolder.Save(model, folder.Root);
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        Assert.AreEqual(model.Architecture, loaded.Architecture);
        CollectionAssert.AreEqual(model.Vocabulary.Tokens.ToArray(), loaded.Vocabulary.Tokens.ToArray());
        Assert.AreEqual(model.Vocabulary.EndToken, loaded.Vocabulary.EndToken);
        Assert.AreEqual(TokenKind.Control, loaded.Vocabulary.Kinds[256]);
        foreach (var (a, b) in model.Tensors.Zip(loaded.Tensors))
            CollectionAssert.AreEqual(a.ToSingles(), b.ToSingles(), a.Name);
    }

    [TestMethod]
    [DataRow(GgufTensorType.F16)]
    [DataRow(GgufTensorType.BF16)]
    public void SaveAndLoad_SixteenBits_KeepsMatricesAndWidensVectors(GgufTensorType type)
    {
        using var folder = new TemporaryFolder();
        var original = TinyModels.Create(ModelKind.Gpt2);
        var model = original.WithTensors(original.Tensors.Select(tensor => tensor.ConvertTo(type)));
        HuggingFaceFolder.Save(model, folder.Root);
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        Assert.AreEqual(type, loaded["blk.0.ffn_up.weight"].Type);
        CollectionAssert.AreEqual(model["blk.0.ffn_up.weight"].Data.ToArray(), loaded["blk.0.ffn_up.weight"].Data.ToArray());
        Assert.AreEqual(GgufTensorType.F32, loaded["blk.0.ffn_up.bias"].Type, "llama.cpp wants vectors and positions in 32 bits.");
        Assert.AreEqual(GgufTensorType.F32, loaded["position_embd.weight"].Type);
    }

    [TestMethod]
    public void Save_Gpt2_WritesConv1DMatrices()
    {
        // Their layer computes x · W + b with W as [in, out].
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Gpt2);
        HuggingFaceFolder.Save(model, folder.Root);
        using var file = SafetensorsFile.Open(folder.PathOf("model.safetensors"));
        Assert.IsTrue(file.TryGet("transformer.h.1.mlp.c_fc.weight", out var theirs));
        CollectionAssert.AreEqual(new long[] { 64, 256 }, theirs.Shape.ToArray());
        var (w, ours, x) = (theirs.ToSingles(), model["blk.1.ffn_up.weight"].ToSingles(), Vector(64, seed: 1));
        for (var o = 0; o < 256; o++)
            Assert.AreEqual(
                Enumerable.Range(0, 64).Sum(i => ours[(o * 64) + i] * x[i]),
                Enumerable.Range(0, 64).Sum(i => x[i] * w[(i * 256) + o]),
                1e-9);
    }

    [TestMethod]
    public void Save_Llama_AttentionScoresUnderHalfSplitRotation_AreOurs()
    {
        // Their rotation turns dimension i with i + D/2, ours 2i with 2i + 1; a score of a query and a key must not notice.
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        HuggingFaceFolder.Save(model, folder.Root);
        using var file = SafetensorsFile.Open(folder.PathOf("model.safetensors"));
        Assert.IsTrue(file.TryGet("model.layers.0.self_attn.q_proj.weight", out var theirQ));
        Assert.IsTrue(file.TryGet("model.layers.0.self_attn.k_proj.weight", out var theirK));
        var (x, y, size) = (Vector(64, 2), Vector(64, 3), model.Architecture.HeadSize);
        for (var head = 0; head < 2; head++)
        {
            var theirs = Dot(HalfSplit(Project(theirQ, x, head, size), 9), HalfSplit(Project(theirK, y, head, size), 4));
            var ours = Dot(
                Interleaved(Project(model["blk.0.attn_q.weight"], x, head, size), 9),
                Interleaved(Project(model["blk.0.attn_k.weight"], y, head, size), 4));
            Assert.AreEqual(theirs, ours, 1e-6);
        }

        static double[] HalfSplit(double[] v, int position) =>
            [.. v.Select((_, i) =>
                Turn(v, i, i < v.Length / 2 ? i + (v.Length / 2) : i - (v.Length / 2), i % (v.Length / 2), i < v.Length / 2, position))];

        static double[] Interleaved(double[] v, int position) => [.. v.Select((_, i) => Turn(v, i, i ^ 1, i / 2, i % 2 == 0, position))];

        static double Turn(double[] v, int i, int partner, int frequency, bool isFirst, int position)
        {
            var angle = position * Math.Pow(10000, -2.0 * frequency / v.Length);
            return (v[i] * Math.Cos(angle)) + ((isFirst ? -v[partner] : v[partner]) * Math.Sin(angle));
        }
    }

    [TestMethod]
    public void Load_MoreLayersThanTensors_SaysSoBeforeItListsThem()
    {
        using var folder = new TemporaryFolder();
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Llama), folder.Root);
        var config = folder.PathOf("config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 2000000000"));
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => HuggingFaceFolder.Load(folder.Root)).Message,
            "states 2,000,000,000 layers, and the weights have 20 tensors.");
    }

    [TestMethod]
    public void Load_ShardsWithoutPrefixAndWithBuffers_Loads()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Gpt2, seed: 5);
        HuggingFaceFolder.Save(model, folder.Root);
        var tensors = new List<(string Name, ModelTensor Tensor)>();
        using (var file = SafetensorsFile.Open(folder.PathOf("model.safetensors")))
        {
            foreach (var name in file.Names.Order(StringComparer.Ordinal))
            {
                file.TryGet(name, out var tensor);
                tensors.Add((name.Replace("transformer.", ""), new ModelTensor(name, tensor.Type, tensor.Shape, tensor.Data.ToArray())));
            }
        }

        tensors.Add(("h.0.attn.bias", ModelTensor.FromSingles("mask", [4], new float[4])));
        File.Delete(folder.PathOf("model.safetensors"));
        SafetensorsWriter.Write(folder.PathOf("model-1.safetensors"), tensors[..10]);
        SafetensorsWriter.Write(folder.PathOf("model-2.safetensors"), tensors[10..]);
        var map = string.Join(',', tensors.Select((tensor, i) => $"\"{tensor.Name}\":\"model-{(i < 10 ? 1 : 2)}.safetensors\""));
        File.WriteAllText(folder.PathOf("model.safetensors.index.json"), $"{{\"weight_map\":{{{map}}}}}");
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        foreach (var (a, b) in model.Tensors.Zip(loaded.Tensors))
            CollectionAssert.AreEqual(a.ToSingles(), b.ToSingles(), a.Name);
    }

    [TestMethod]
    public void Load_TokenizerJson_ReadsTokensMergesAndSpecials()
    {
        using var folder = new TemporaryFolder();
        HuggingFaceFolder.Save(TinyModels.Create(ModelKind.Llama), folder.Root);
        var tokens = string.Join(',', Enumerable.Range(0, 255).Select(i => $"\"t{i}\":{i}"));
        File.WriteAllText(folder.PathOf("tokenizer.json"), $$$"""
            {"added_tokens":[{"id":256,"content":"<|endoftext|>","special":true},{"id":255,"content":"<b1>","special":false}],
             "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},
             "model":{"type":"BPE","vocab":{{{{tokens}}}},"merges":["t1 t2",["t3","t4"]]}}
            """);
        using var loaded = HuggingFaceFolder.Load(folder.Root);
        CollectionAssert.AreEqual(new[] { "t1 t2", "t3 t4" }, loaded.Vocabulary.Merges.ToArray());
        Assert.AreEqual("<b1>", loaded.Vocabulary.Tokens[255]);
        Assert.AreEqual(TokenKind.UserDefined, loaded.Vocabulary.Kinds[255]);
        Assert.AreEqual(TokenKind.Control, loaded.Vocabulary.Kinds[256]);
    }

    [TestMethod]
    public void Load_WhatIsMissingOrUnsupported_IsNamed()
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Root)).Message, "no config.json");
        var model = TinyModels.Create(ModelKind.Llama);
        HuggingFaceFolder.Save(model, folder.Root);
        var config = File.ReadAllText(folder.PathOf("config.json"));
        Expect<NotSupportedException>(config.Replace("\"silu\"", "\"gelu\""), "hidden_act 'gelu'; 'silu' is supported");
        Expect<NotSupportedException>(config.Replace("LlamaForCausalLM", "MistralForCausalLM"), "describes MistralForCausalLM");
        Expect<NotSupportedException>(config.Replace("\"hidden_act\"", "\"rope_scaling\": {}, \"hidden_act\""), "rope_scaling");
        Expect<FormatException>(
            config.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"),
            "lacks the tensor 'model.layers.2.input_layernorm.weight'");
        Expect<FormatException>(
            config.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"), "not part of the model: model.layers.1.");
        Expect<FormatException>(config.Replace("\"intermediate_size\": 192", "\"intermediate_size\": 100"), "[100, 64] is expected");
        Expect<FormatException>("[]", "must hold a JSON object");
        Expect<FormatException>("{", "is not valid JSON");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => HuggingFaceFolder.Save(
                model.WithTensors([model["token_embd.weight"].ConvertTo(GgufTensorType.Q8_0)]), folder.Root)).Message,
            "is quantized");

        void Expect<T>(string text, string message)
            where T : Exception
        {
            File.WriteAllText(folder.PathOf("config.json"), text);
            StringAssert.Contains(Assert.ThrowsExactly<T>(() => HuggingFaceFolder.Load(folder.Root).Dispose()).Message, message);
        }
    }

    private static double[] Vector(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];
    }

    private static double[] Project(ModelTensor weight, double[] x, int head, int size)
    {
        var w = weight.ToSingles();
        return [.. Enumerable.Range(head * size, size).Select(row => x.Select((value, i) => w[(row * x.Length) + i] * value).Sum())];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
