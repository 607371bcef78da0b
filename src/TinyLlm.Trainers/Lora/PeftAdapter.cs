using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>LoRA adapters in the form of PEFT: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
/// <remarks>
/// A tensor is <c>base_model.model.MODULE.lora_A.weight</c> [r, in] or <c>….lora_B.weight</c> [out, r], for GPT-2's Conv1D as well, whose
/// matrix is [in, out]. s is α/r, or α/√r with <c>use_rslora</c>. Source:
/// <see href="https://huggingface.co/docs/peft/developer_guides/checkpoint"/>.
/// </remarks>
internal static class PeftAdapter
{
    private const string Config = "adapter_config.json";
    private const string Weights = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";
    private const string A = ".lora_A.weight";
    private const string B = ".lora_B.weight";

    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    /// <summary>Returns whether a path is, or is part of, an adapter of PEFT.</summary>
    public static bool Is(string path) =>
        File.Exists(Path.Combine(path, Config)) || Path.GetFileName(path) is Config or Weights or "adapter_model.bin";

    /// <summary>Reads an adapter for a model.</summary>
    public static (LoraOptions Options, IEnumerable<ModelTensor> Tensors) Read(string folder, ModelArchitecture architecture)
    {
        var path = Path.Combine(folder, Config);
        if (!File.Exists(path))
            throw new FileNotFoundException($"'{folder}' holds no {Config}{What(folder)}.", path);
        using var json = JsonFile.Parse(path);
        var settings = new JsonSettings($"'{path}'", json.RootElement);
        PeftSettings.Table.Check(settings.Where, settings.Root);
        if (settings.Text("peft_type") is null)
            throw new FormatException($"{settings.Where} has no peft_type; 'LORA' is expected.");
        if (!File.Exists(Path.Combine(folder, Weights)))
            throw new FileNotFoundException(
                $"'{folder}' holds no {Weights}" + (File.Exists(Path.Combine(folder, "adapter_model.bin"))
                    ? " but adapter_model.bin, which is not read: save it with safe_serialization=True." : "."),
                Path.Combine(folder, Weights));
        using var file = SafetensorsFile.Open(Path.Combine(folder, Weights));
        var left = file.Names.ToHashSet(StringComparer.Ordinal);
        var pairs = new List<LoraPair>();
        var modules = new List<string>();
        foreach (var (name, module, arrangement, shape) in Matrices(architecture))
        {
            var (hasA, hasB) = (file.TryGet(Prefix + module + A, out var a), file.TryGet(Prefix + module + B, out var b));
            if (!hasA && !hasB)
                continue;
            if (!hasA || !hasB)
                throw new FormatException($"'{folder}' lacks the tensor '{Prefix}{module}{(hasA ? B : A)}'.");
            left.Remove(a.Name);
            left.Remove(b.Name);
            if (a.Shape.Length != 2 || b.Shape.Length != 2 || a.Shape[1] != shape[1] || b.Shape[0] != shape[0])
                throw new FormatException(
                    $"{a} and {b} of '{folder}' do not fit the matrix '{name}' [{string.Join(", ", shape)}] of the model.");
            modules.Add(module);
            pairs.Add(new LoraPair(
                name, Own(a, a.Name), Own(TensorArrangement.ToOurs(b, b.Name, RowsOf(arrangement), architecture), b.Name),
                Scale(settings, module, (int)a.Shape[0])));
        }

        if (left.Count > 0)
            throw new NotSupportedException(
                $"'{folder}' has tensors that are no update of a block's matrix of a {architecture.Name} model: "
                + $"{string.Join(", ", left.Order(StringComparer.Ordinal).Take(5))}.");
        CheckTargets(settings, modules);
        return LoraPair.Unify(pairs, settings.Number("lora_dropout", 0));
    }

    /// <summary>Writes an adapter for a model.</summary>
    public static void Write(
        string folder, ModelArchitecture architecture, LoraOptions options, IReadOnlyDictionary<string, ModelTensor> tensors)
    {
        Directory.CreateDirectory(folder);
        var adapted = Matrices(architecture).Where(matrix => tensors.ContainsKey(matrix.Name + LoraNames.A)).ToArray();
        var parts = new List<(string, ModelTensor)>();
        foreach (var (name, module, arrangement, _) in adapted)
        {
            parts.Add((Prefix + module + A, tensors[name + LoraNames.A]));
            parts.Add((
                Prefix + module + B,
                TensorArrangement.ToTheirs(tensors[name + LoraNames.B], module, RowsOf(arrangement), architecture)));
        }

        SafetensorsWriter.Write(Path.Combine(folder, Weights), parts);
        JsonFile.Write(Path.Combine(folder, Config), json =>
        {
            json.WriteString("peft_type", "LORA");
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteNull("base_model_name_or_path");
            json.WriteBoolean("inference_mode", true);
            json.WriteNumber("r", options.Rank);
            json.WriteNumber("lora_alpha", options.Alpha);
            json.WriteNumber("lora_dropout", options.Dropout);
            json.WriteStartArray("target_modules");
            foreach (var module in Targets(architecture, adapted.Select(matrix => matrix.Module)))
                json.WriteStringValue(module);
            json.WriteEndArray();
            json.WriteBoolean("fan_in_fan_out", architecture.Kind == ModelKind.Gpt2);
            json.WriteString("bias", "none");
            json.WriteBoolean("use_rslora", false);
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("init_lora_weights", true);
            json.WriteNull("modules_to_save");
            json.WriteStartObject("rank_pattern");
            json.WriteEndObject();
            json.WriteStartObject("alpha_pattern");
            json.WriteEndObject();
        });
    }

    private static IEnumerable<(string Name, string Module, HuggingFaceNames.Arrangement Arrangement, IReadOnlyList<long> Shape)> Matrices(
        ModelArchitecture architecture) =>
        from tensor in architecture.GetTensorShapes()
        where tensor.Shape.Length == 2 && tensor.Name.StartsWith("blk.", StringComparison.Ordinal)
        let theirs = HuggingFaceNames.Of(architecture.Kind, tensor.Name)
        select (tensor.Name, theirs.Name[..^".weight".Length], theirs.Arrangement, (IReadOnlyList<long>)tensor.Shape);

    // B has the matrix's rows; A and B are [out, in] even where the matrix is not.
    private static HuggingFaceNames.Arrangement RowsOf(HuggingFaceNames.Arrangement arrangement) =>
        arrangement == HuggingFaceNames.Arrangement.HalfSplit ? arrangement : HuggingFaceNames.Arrangement.Same;

    // The file is closed before the adapter is used.
    private static ModelTensor Own(ModelTensor tensor, string name) =>
        ModelTensor.FromSingles(name, tensor.Shape, tensor.ToSingles());

    private static double Scale(JsonSettings settings, string module, int rank)
    {
        var expected = Pattern(settings, "rank_pattern", module) is { } own ? own : settings.Size("r");
        if (rank != expected)
            throw new FormatException($"{settings.Where} states the rank {expected:R} of '{module}', and its tensors have {rank}.");
        if (!settings.Has("lora_alpha"))
            throw new FormatException($"{settings.Where} has no lora_alpha.");
        var alpha = Pattern(settings, "alpha_pattern", module) ?? settings.Number("lora_alpha", 0);
        return settings.Flag("use_rslora", false) ? alpha / Math.Sqrt(rank) : alpha / rank;
    }

    // A key is a module's name or its end, or an expression for one; the first that fits holds.
    private static double? Pattern(JsonSettings settings, string key, string module)
    {
        if (!settings.Has(key))
            return null;
        var patterns = settings.Root.GetProperty(key);
        if (patterns.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{settings.Where} must have an object as '{key}'.");
        foreach (var pattern in patterns.EnumerateObject())
        {
            if (Fits(settings, module, $@"^(.*\.)?({pattern.Name})$"))
                return new JsonSettings($"{key} of {settings.Where}", patterns).Number(pattern.Name, 0);
        }

        return null;
    }

    // What PEFT would not adapt it would not load either.
    private static void CheckTargets(JsonSettings settings, List<string> modules)
    {
        if (!settings.Has("target_modules"))
            return;
        var targets = settings.Root.GetProperty("target_modules");
        Func<string, bool> isTarget;
        if (targets.ValueKind == JsonValueKind.String)
        {
            var expression = targets.GetString()!;
            isTarget = module => expression == "all-linear" || Fits(settings, module, $"^({expression})$");
        }
        else
        {
            var names = targets.ValueKind == JsonValueKind.Array
                && targets.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
                ? targets.EnumerateArray().Select(name => name.GetString()!).ToArray()
                : throw new FormatException($"{settings.Where} must have a text or a list of texts as 'target_modules'.");
            if (names.FirstOrDefault(name => !modules.Any(module => IsOf(module, name))) is { } missing)
                throw new FormatException($"{settings.Where} names '{missing}' in target_modules, and there is no tensor of it.");
            isTarget = module => names.Any(name => IsOf(module, name));
        }

        if (modules.FirstOrDefault(module => !isTarget(module)) is { } other)
            throw new FormatException($"{settings.Where} does not name '{other}' in target_modules, and there is a tensor of it.");

        static bool IsOf(string module, string name) => module == name || module.EndsWith("." + name, StringComparison.Ordinal);
    }

    private static bool Fits(JsonSettings settings, string module, string expression)
    {
        try
        {
            return Regex.IsMatch(module, expression, RegexOptions.CultureInvariant, PatternTime);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            throw new FormatException($"{settings.Where} has '{expression}', which is no expression for modules: {e.Message}", e);
        }
    }

    // The last name of a module where all layers have it, otherwise the whole.
    private static IEnumerable<string> Targets(ModelArchitecture architecture, IEnumerable<string> modules)
    {
        var adapted = modules.ToHashSet(StringComparer.Ordinal);
        var byEnd = Matrices(architecture).Select(matrix => matrix.Module)
            .ToLookup(module => module[(module.LastIndexOf('.') + 1)..], StringComparer.Ordinal);
        return byEnd.SelectMany(group => group.All(adapted.Contains) ? [group.Key] : group.Where(adapted.Contains))
            .Order(StringComparer.Ordinal);
    }

    private static string What(string path) =>
        File.Exists(Path.Combine(path, "config.json")) ? ": it is a model, which HuggingFaceFolder.Load reads"
        : File.Exists(path) ? ": it is a file; a GGUF adapter is read by LoraAdapter.Load"
        : "";
}
