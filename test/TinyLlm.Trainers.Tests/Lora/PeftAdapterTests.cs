using System.Text.Json.Nodes;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Lora;

/// <summary>
/// Adapters in PEFT's form. The oracle is PEFT's own definition, applied to the model in Hugging Face's form before it is read: W + s·B·A,
/// transposed for GPT-2's Conv1D (<c>get_delta_weight</c> of <c>peft/tuners/lora/layer.py</c>).
/// </summary>
[TestClass]
public sealed class PeftAdapterTests
{
    private const string Q = "model.layers.0.self_attn.q_proj";
    private const string Down = "model.layers.1.mlp.down_proj";

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void LoadPeft_EveryMatrix_IsPeftsUpdate(ModelKind kind)
    {
        using var folder = new TemporaryFolder();
        Write(folder, kind, rank: 4, new JsonObject { ["r"] = 4, ["lora_alpha"] = 6 }, _ => true);
        CheckMerged(folder, kind, _ => 6.0 / 4);
    }

    [TestMethod]
    public void LoadPeft_RankStabilized_HasItsScale()
    {
        using var folder = new TemporaryFolder();
        Write(folder, ModelKind.Llama, 4, new JsonObject { ["r"] = 4, ["lora_alpha"] = 6, ["use_rslora"] = true }, _ => true);
        CheckMerged(folder, ModelKind.Llama, _ => 6 / Math.Sqrt(4));
    }

    [TestMethod]
    [DataRow("{\"q_proj\":2}", "{\"model.layers.1.mlp.down_proj\":16}")]
    [DataRow("{\"layers.0.self_attn.q_proj\":2}", "{\".*down_proj\":16}")]
    public void LoadPeft_RanksAndScalesOfTheirOwn_AreHonoured(string ranks, string alphas)
    {
        using var folder = new TemporaryFolder();
        var config = new JsonObject
        {
            ["r"] = 4,
            ["lora_alpha"] = 8,
            ["rank_pattern"] = JsonNode.Parse(ranks),
            ["alpha_pattern"] = JsonNode.Parse(alphas),
        };
        Write(folder, ModelKind.Llama, module => module == Q ? 2 : 4, config, module => module is Q or Down);
        CheckMerged(folder, ModelKind.Llama, module => module == Q ? 8.0 / 2 : 16.0 / 4);
        var adapter = LoraAdapter.LoadPeft(folder.PathOf("adapter"), TinyModels.Create(ModelKind.Llama).Architecture);
        Assert.AreEqual(4, adapter.Options.Rank);
        CollectionAssert.AreEquivalent(new[] { "blk.0.attn_q.weight", "blk.1.ffn_down.weight" }, adapter.Adapted.ToArray());
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void SavePeft_OfWhatWasRead_IsTheSameTensors(ModelKind kind)
    {
        using var folder = new TemporaryFolder();
        var architecture = TinyModels.Create(kind).Architecture;
        Write(folder, kind, 4, new JsonObject { ["r"] = 4, ["lora_alpha"] = 6, ["lora_dropout"] = 0.1 }, _ => true);
        var adapter = LoraAdapter.LoadPeft(folder.PathOf("adapter"), architecture);
        Assert.AreEqual(0.1, adapter.Options.Dropout);
        // By way of GGUF, which is where trained adapters come from.
        adapter.Save(folder.PathOf("adapter.gguf"));
        LoraAdapter.Load(folder.PathOf("adapter.gguf")).SavePeft(folder.PathOf("again"), architecture);
        var first = PlainSafetensors.Read(folder.PathOf("adapter/adapter_model.safetensors"));
        var second = PlainSafetensors.Read(folder.PathOf("again/adapter_model.safetensors"));
        CollectionAssert.AreEqual(first.Keys, second.Keys);
        foreach (var name in first.Keys)
        {
            CollectionAssert.AreEqual(first[name].Shape, second[name].Shape, name);
            CollectionAssert.AreEqual(first[name].Values, second[name].Values, name);
        }

        var config = JsonNode.Parse(File.ReadAllText(folder.PathOf("again/adapter_config.json")))!;
        Assert.AreEqual((4, 6.0, "LORA"), ((int)config["r"]!, (double)config["lora_alpha"]!, (string)config["peft_type"]!));
        Assert.AreEqual(kind == ModelKind.Gpt2, (bool)config["fan_in_fan_out"]!);
        string[] modules = kind == ModelKind.Gpt2
            ? ["c_attn", "c_fc", "c_proj"]
            : ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"];
        CollectionAssert.AreEqual(modules, config["target_modules"]!.AsArray().Select(name => (string)name!).ToArray());
    }

    [TestMethod]
    public void SavePeft_SomeLayers_NamesThemInFull()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        Write(folder, ModelKind.Llama, 4, new JsonObject { ["r"] = 4, ["lora_alpha"] = 6 }, module => module == Down);
        var adapter = LoraAdapter.LoadPeft(folder.PathOf("adapter"), model.Architecture);
        adapter.SavePeft(folder.PathOf("again"), model.Architecture);
        var config = JsonNode.Parse(File.ReadAllText(folder.PathOf("again/adapter_config.json")))!;
        CollectionAssert.AreEqual(new[] { Down }, config["target_modules"]!.AsArray().Select(name => (string)name!).ToArray());
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => adapter.SavePeft(folder.Root, model.Architecture with { FeedForwardLength = 96 })).Message,
            "The adapter's 'blk.1.ffn_down.weight' is [64, 192], and the model's is [64, 96]");
    }

    [TestMethod]
    public void CopyTo_AdapterOfPeft_TrainsOnFromIt()
    {
        using var folder = new TemporaryFolder();
        using var pool = new WorkerPool(1);
        var model = TinyModels.Create(ModelKind.Llama);
        Write(folder, ModelKind.Llama, 4, new JsonObject { ["r"] = 4, ["lora_alpha"] = 6 }, module => module is Q or Down);
        var adapter = LoraAdapter.LoadPeft(folder.PathOf("adapter"), model.Architecture);
        using var network = Network.Load(model, pool, new NetworkOptions { MaximumRows = 2, Lora = adapter.Options });
        adapter.CopyTo(network);
        var (merged, expected) = (network.ToModel(model.Vocabulary), adapter.MergeInto(model));
        foreach (var tensor in merged.Tensors)
            CollectionAssert.AreEqual(expected[tensor.Name].ToSingles(), tensor.ToSingles(), tensor.Name);
    }

    [TestMethod]
    [DataRow("use_dora", "true", "use_dora 'true'; 'false' is supported")]
    [DataRow("bias", "\"all\"", "bias 'all'; 'none' is supported")]
    [DataRow("modules_to_save", "[\"lm_head\"]", "modules_to_save '[\"lm_head\"]'")]
    [DataRow("peft_type", "\"IA3\"", "peft_type 'IA3'; 'LORA' is supported")]
    [DataRow("peft_type", null, "has no peft_type")]
    [DataRow("task_type", "\"SEQ_CLS\"", "task_type 'SEQ_CLS'")]
    [DataRow("init_lora_weights", "\"pissa\"", "init_lora_weights 'pissa'")]
    [DataRow("layer_replication", "[[0,2]]", "layer_replication")]
    [DataRow("trainable_token_indices", "[5]", "trainable_token_indices")]
    [DataRow("alora_invocation_tokens", "[5]", "alora_invocation_tokens '[5]', which is not supported")]
    [DataRow("target_parameters", "[\"x\"]", "target_parameters")]
    [DataRow("use_new_idea", "true", "use_new_idea 'true', a setting that this library does not know")]
    [DataRow("r", "8", "states the rank 8 of 'model.layers.0.self_attn.q_proj', and its tensors have 4")]
    [DataRow("r", "null", "whole number 'r' of at least 1")]
    [DataRow("lora_alpha", null, "has no lora_alpha")]
    [DataRow("lora_alpha", "\"NaN\"", "a finite number as 'lora_alpha' but has NaN")]
    [DataRow("lora_alpha", "0", "has the scale 0; a positive number is expected")]
    [DataRow("target_modules", "[\"q_proj\"]", "does not name 'model.layers.1.mlp.down_proj' in target_modules")]
    [DataRow("target_modules", "[\"q_proj\",\"down_proj\",\"v_proj\"]", "names 'v_proj' in target_modules, and there is no tensor of it")]
    [DataRow("target_modules", "\".*q_proj\"", "does not name 'model.layers.1.mlp.down_proj'")]
    [DataRow("target_modules", "\"(\"", "is no expression for modules")]
    [DataRow("rank_pattern", "{\"q_proj\":2}", "states the rank 2 of 'model.layers.0.self_attn.q_proj'")]
    public void LoadPeft_SettingThatChangesTheUpdate_IsRefusedByName(string key, string? value, string message)
    {
        using var folder = new TemporaryFolder();
        Write(folder, ModelKind.Llama, 4, new JsonObject { ["r"] = 4, ["lora_alpha"] = 6 }, module => module is Q or Down);
        var config = JsonNode.Parse(File.ReadAllText(folder.PathOf("adapter/adapter_config.json")))!;
        if (value is null)
            config.AsObject().Remove(key);
        else
            config[key] = JsonNode.Parse(value);
        File.WriteAllText(folder.PathOf("adapter/adapter_config.json"), config.ToJsonString());
        var error = Assert.Throws<Exception>(
            () => LoraAdapter.LoadPeft(folder.PathOf("adapter"), TinyModels.Create(ModelKind.Llama).Architecture));
        Assert.IsTrue(error is NotSupportedException or FormatException, error.ToString());
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    [DataRow("base_model.model.lm_head.lora_A.weight", "is no update of a block's matrix", null)]
    [DataRow("base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", "lora_magnitude_vector", null)]
    [DataRow(
        "base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight",
        "lacks the tensor 'base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight'", null)]
    [DataRow(null, "do not fit the matrix 'blk.0.attn_q.weight' [32, 32] of the model", 32)]
    public void LoadPeft_OtherTensors_AreNamed(string? name, string message, int? width)
    {
        using var folder = new TemporaryFolder();
        Write(folder, ModelKind.Llama, 4, new JsonObject { ["r"] = 4, ["lora_alpha"] = 6 }, module => module == Q, name);
        var architecture = TinyModels.Create(ModelKind.Llama, width: width ?? 64).Architecture;
        var error = Assert.Throws<Exception>(() => LoraAdapter.LoadPeft(folder.PathOf("adapter"), architecture));
        StringAssert.Contains(error.Message.Replace("are no update", "is no update", StringComparison.Ordinal), message);
    }

    [TestMethod]
    public void Load_OneKindWhereAnotherIsExpected_SaysWhatItIs()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Llama);
        Write(folder, ModelKind.Llama, 4, new JsonObject { ["r"] = 4, ["lora_alpha"] = 6 }, module => module == Q);
        model.Save(folder.PathOf("model.gguf"));
        LoraAdapter.LoadPeft(folder.PathOf("adapter"), model.Architecture).Save(folder.PathOf("adapter.gguf"));
        HuggingFaceFolder.Save(model, folder.PathOf("hf"));

        Says<ArgumentException>(() => LoraAdapter.Load(folder.PathOf("adapter")), "is an adapter of PEFT: read its folder with LoadPeft");
        Says<ArgumentException>(
            () => LoraAdapter.Load(folder.PathOf("adapter/adapter_model.safetensors")), "is an adapter of PEFT");
        Says<GgufFormatException>(
            () => LoraAdapter.Load(folder.PathOf("model.gguf")), "no LoRA adapter but a model, which LanguageModel.Load reads");
        Says<FileNotFoundException>(
            () => LoraAdapter.LoadPeft(folder.PathOf("hf"), model.Architecture), "it is a model, which HuggingFaceFolder.Load reads");
        Says<FileNotFoundException>(
            () => LoraAdapter.LoadPeft(folder.PathOf("adapter.gguf"), model.Architecture), "a GGUF adapter is read by LoraAdapter.Load");
        Says<GgufFormatException>(() => LanguageModel.Load(folder.PathOf("adapter.gguf")), "The file is a LoRA adapter");
        Says<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.PathOf("adapter")), "it is an adapter of PEFT");
        using var engine = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"));
        Says<ArgumentException>(
            () => engine.SetAdapters((folder.PathOf("adapter"), 1)), "is a folder, and llama.cpp loads adapters from GGUF files");
        File.Move(folder.PathOf("adapter/adapter_model.safetensors"), folder.PathOf("adapter/adapter_model.bin"));
        Says<FileNotFoundException>(
            () => LoraAdapter.LoadPeft(folder.PathOf("adapter"), model.Architecture), "but adapter_model.bin, which is not read");

        static void Says<T>(Action action, string message)
            where T : Exception => StringAssert.Contains(Assert.ThrowsExactly<T>(action).Message, message);
    }

    private static void Write(
        TemporaryFolder folder, ModelKind kind, int rank, JsonObject config, Func<string, bool> isTarget, string? extra = null) =>
        Write(folder, kind, _ => rank, config, isTarget, extra);

    // Random pairs under PEFT's names for the modules of a model in Hugging Face's form.
    private static void Write(
        TemporaryFolder folder, ModelKind kind, Func<string, int> rank, JsonObject config, Func<string, bool> isTarget,
        string? extra = null)
    {
        var model = TinyModels.Create(kind);
        HuggingFaceFolder.Save(model, folder.PathOf("base"));
        var random = new Random(3);
        var tensors = new SortedDictionary<string, (int[] Shape, float[] Values)>(StringComparer.Ordinal);
        foreach (var (name, (shape, _)) in PlainSafetensors.Read(folder.PathOf("base/model.safetensors")))
        {
            var module = name.Replace(".weight", "", StringComparison.Ordinal);
            if (!IsBlockMatrix(name) || !isTarget(module))
                continue;
            var (inputs, outputs) = kind == ModelKind.Gpt2 ? (shape[0], shape[1]) : (shape[1], shape[0]);
            tensors.Add($"base_model.model.{module}.lora_A.weight", Random(rank(module), inputs));
            tensors.Add($"base_model.model.{module}.lora_B.weight", Random(outputs, rank(module)));
        }

        if (extra is not null)
            tensors.Add(extra, Random(4, 64));
        Directory.CreateDirectory(folder.PathOf("adapter"));
        PlainSafetensors.Write(folder.PathOf("adapter/adapter_model.safetensors"), tensors);
        config["peft_type"] = "LORA";
        config["task_type"] = "CAUSAL_LM";
        config["base_model_name_or_path"] = "base";
        config["peft_version"] = "0.18.0";
        File.WriteAllText(folder.PathOf("adapter/adapter_config.json"), config.ToJsonString());

        (int[], float[]) Random(int rows, int columns) =>
            ([rows, columns], [.. Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() - 0.5))]);
    }

    private static void CheckMerged(TemporaryFolder folder, ModelKind kind, Func<string, double> scale)
    {
        var model = TinyModels.Create(kind);
        var merged = LoraAdapter.LoadPeft(folder.PathOf("adapter"), model.Architecture).MergeInto(model);
        var weights = PlainSafetensors.Read(folder.PathOf("base/model.safetensors"));
        var adapter = PlainSafetensors.Read(folder.PathOf("adapter/adapter_model.safetensors"));
        foreach (var (name, (_, values)) in weights)
        {
            var module = name.Replace(".weight", "", StringComparison.Ordinal);
            if (!adapter.TryGetValue($"base_model.model.{module}.lora_A.weight", out var a))
                continue;
            var b = adapter[$"base_model.model.{module}.lora_B.weight"];
            var (rank, inputs, outputs) = (a.Shape[0], a.Shape[1], b.Shape[0]);
            for (var o = 0; o < outputs; o++)
            {
                for (var i = 0; i < inputs; i++)
                {
                    var delta = Enumerable.Range(0, rank).Sum(k => (double)b.Values[(o * rank) + k] * a.Values[(k * inputs) + i]);
                    values[kind == ModelKind.Gpt2 ? (i * outputs) + o : (o * inputs) + i] += (float)(scale(module) * delta);
                }
            }
        }

        PlainSafetensors.Write(folder.PathOf("base/model.safetensors"), weights);
        using var expected = HuggingFaceFolder.Load(folder.PathOf("base"));
        foreach (var tensor in expected.Tensors)
        {
            var (e, m) = (tensor.ToSingles(), merged[tensor.Name].ToSingles());
            // Sums of four products of numbers below 1/2, times at most 6, in 32 bits instead of 64: a few 1e-7 each.
            for (var i = 0; i < e.Length; i++)
                Assert.AreEqual(e[i], m[i], 2e-6f, tensor.Name);
        }
    }

    private static bool IsBlockMatrix(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal)
        && (name.Contains(".h.", StringComparison.Ordinal) || name.Contains(".layers.", StringComparison.Ordinal))
        && !name.Contains("ln_", StringComparison.Ordinal) && !name.Contains("norm", StringComparison.Ordinal);
}
