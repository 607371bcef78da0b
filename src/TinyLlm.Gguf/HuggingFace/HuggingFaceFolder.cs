namespace TinyLlm.Gguf;

/// <summary>
/// Loads and saves models in the folder form of Hugging Face: <c>config.json</c>, <c>model.safetensors</c> (also in shards), and
/// <c>tokenizer.json</c> or <c>vocab.json</c> with <c>merges.txt</c>; for <c>GPT2LMHeadModel</c> and
/// <c>LlamaForCausalLM</c> in F32, F16 and BF16.
/// </summary>
public static class HuggingFaceFolder
{
    private const string Config = "config.json";
    private const string Weights = "model.safetensors";
    private const string Index = "model.safetensors.index.json";

    /// <summary>
    /// Loads a model. Its files stay mapped until it is disposed; only tensors whose values must be rearranged are copied.
    /// </summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="SafetensorsFormatException">A weights file is not valid.</exception>
    /// <exception cref="FormatException">Another file is not valid, or tensors are missing or of other shapes.</exception>
    /// <exception cref="NotSupportedException">The model is of another kind, or uses what this library does not have.</exception>
    public static LanguageModel Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!File.Exists(Path.Combine(folder, Config)))
            throw new FileNotFoundException($"'{folder}' holds no {Config}.", Path.Combine(folder, Config));
        var files = new FileSet();
        try
        {
            files.AddRange(WeightFiles(folder).Select(SafetensorsFile.Open));
            var names = files.SelectMany(file => file.Names).ToHashSet(StringComparer.Ordinal);
            var architecture = HuggingFaceConfig.Read(Path.Combine(folder, Config), names.Contains("lm_head.weight"));
            architecture.Validate();
            if (architecture.LayerCount > names.Count)
                throw new FormatException(
                    $"'{Path.Combine(folder, Config)}' states {architecture.LayerCount:N0} layers, and the weights have "
                    + $"{names.Count:N0} tensors.");
            // Some GPT-2 checkpoints leave the common beginning of all names out.
            var prefix = architecture.Kind == ModelKind.Gpt2 && !names.Contains("transformer.wte.weight") ? "transformer." : "";
            var tensors = new List<ModelTensor>();
            foreach (var (name, shape) in architecture.GetTensorShapes())
            {
                var (theirs, arrangement) = HuggingFaceNames.Of(architecture.Kind, name);
                theirs = theirs[(prefix.Length > 0 && theirs.StartsWith(prefix, StringComparison.Ordinal) ? prefix.Length : 0)..];
                if (!files.TryGet(theirs, out var tensor))
                    throw new FormatException($"'{folder}' lacks the tensor '{theirs}'.");
                names.Remove(theirs);
                var ours = TensorArrangement.ToOurs(tensor, name, arrangement, architecture);
                tensors.Add(TensorLayout.StaysF32(name, shape.Length) ? ours.ConvertTo(GgufTensorType.F32) : ours);
            }

            names.RemoveWhere(name => HuggingFaceNames.IsBuffer(name) || (architecture.TiedHead && name == "lm_head.weight"));
            if (names.Count > 0)
                throw new FormatException(
                    $"'{folder}' has tensors that are not part of the model: "
                    + $"{string.Join(", ", names.Order(StringComparer.Ordinal).Take(5))}.");
            return new LanguageModel(
                architecture, HuggingFaceTokenizer.Read(folder, architecture.VocabularySize), tensors, metadata: null, owner: files);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or InvalidOperationException)
        {
            // A value that is missing in a JSON file, or of another kind, ends here too.
            files.Dispose();
            throw new FormatException($"'{folder}' does not make a model: {e.Message}", e);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Saves a model whose tensors are in F32, F16 or BF16.</summary>
    /// <exception cref="NotSupportedException">A tensor is quantized: convert it first.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(LanguageModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (model.Tensors.FirstOrDefault(tensor => tensor.Type.IsQuantized()) is { } quantized)
            throw new NotSupportedException($"{quantized} is quantized, and safetensors holds F32, F16 and BF16: convert it first.");
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(Path.Combine(folder, Weights), [.. model.Tensors.Select(tensor =>
        {
            var (theirs, arrangement) = HuggingFaceNames.Of(model.Architecture.Kind, tensor.Name);
            return (theirs, TensorArrangement.ToTheirs(tensor, theirs, arrangement, model.Architecture));
        })]);
        HuggingFaceTokenizerWriter.Write(folder, model.Vocabulary);
        HuggingFaceConfig.Write(Path.Combine(folder, Config), model.Architecture, model.Vocabulary);
    }

    private static IEnumerable<string> WeightFiles(string folder)
    {
        if (File.Exists(Path.Combine(folder, Weights)))
            return [Path.Combine(folder, Weights)];
        var index = Path.Combine(folder, Index);
        if (!File.Exists(index))
            throw new FileNotFoundException($"'{folder}' holds neither {Weights} nor {Index}.", Path.Combine(folder, Weights));
        using var json = JsonFile.Parse(index);
        var shards = json.RootElement.GetProperty("weight_map").EnumerateObject()
            .Select(entry => entry.Value.GetString()!).Distinct(StringComparer.Ordinal).ToArray();
        // A name in the index must not lead out of the folder.
        return [.. shards.Select(shard => Path.GetFileName(shard) == shard
            ? Path.Combine(folder, shard)
            : throw new FormatException($"'{index}' names '{shard}', which is no file of the folder."))];
    }

    /// <summary>The weight files of a model, closed together.</summary>
    private sealed class FileSet : List<SafetensorsFile>, IDisposable
    {
        public bool TryGet(string name, out ModelTensor tensor)
        {
            foreach (var file in this)
            {
                if (file.TryGet(name, out tensor))
                    return true;
            }

            tensor = null!;
            return false;
        }

        public void Dispose() => ForEach(file => file.Dispose());
    }
}
