namespace TinyLlm.Gguf;

/// <summary>
/// Loads and saves models in the folder form of Hugging Face: <c>config.json</c>, <c>model.safetensors</c> (also in shards), and
/// <c>tokenizer.json</c> or <c>vocab.json</c> with <c>merges.txt</c>; for <c>GPT2LMHeadModel</c> and
/// <c>LlamaForCausalLM</c> in F32, F16 and BF16.
/// </summary>
public static class HuggingFaceFolder
{
    private const string AdapterConfig = "adapter_config.json";
    private const string Head = "lm_head.weight";
    private const string Weights = "model.safetensors";
    private const string Index = "model.safetensors.index.json";

    /// <summary>
    /// Loads a model. Its files stay mapped until it is disposed; only tensors whose values must be rearranged are copied.
    /// </summary>
    /// <remarks>Every setting of the folder's files is honoured, has no effect on a number or a token, or is refused by its name.</remarks>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="SafetensorsFormatException">A weights file is not valid.</exception>
    /// <exception cref="FormatException">Another file is not valid, files contradict each other, tensors are missing or of other shapes, or
    /// a weight is not finite.</exception>
    /// <exception cref="NotSupportedException">The model is of another kind, or uses what this library does not have.</exception>
    public static LanguageModel Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!File.Exists(Path.Combine(folder, HuggingFaceConfig.FileName)))
        {
            throw new FileNotFoundException(
                $"'{folder}' holds no {HuggingFaceConfig.FileName}"
                + (File.Exists(Path.Combine(folder, AdapterConfig))
                    ? $" but {AdapterConfig}: it is an adapter of PEFT, which LoraAdapter.LoadPeft of TinyLlm.Trainers reads."
                    : "."),
                Path.Combine(folder, HuggingFaceConfig.FileName));
        }

        var files = new FileSet();
        try
        {
            files.AddRange(WeightFiles(folder).Select(path => SafetensorsFile.Open(path, HuggingFaceNames.IsBuffer)));
            var names = new HashSet<string>(StringComparer.Ordinal);
            if (files.SelectMany(file => file.Names).FirstOrDefault(name => !names.Add(name)) is { } twice)
                throw new FormatException($"'{folder}' has the tensor '{twice}' in two files.");
            var architecture = HuggingFaceConfig.Read(Path.Combine(folder, HuggingFaceConfig.FileName));
            architecture.Validate();
            if (architecture.LayerCount > names.Count)
                throw new FormatException(
                    $"'{Path.Combine(folder, HuggingFaceConfig.FileName)}' states {architecture.LayerCount:N0} layers, and the weights have "
                    + $"{names.Count:N0} tensors.");
            var (tensors, widened) = ReadTensors(folder, files, names, architecture);
            var vocabulary = HuggingFaceTokenizer.Read(folder);
            return new LanguageModel(
                architecture, vocabulary, tensors,
                FolderMetadata.WithVectorType(FolderMetadata.Read(folder, vocabulary), widened), owner: files);
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
    /// <remarks>
    /// Metadata that the files of Hugging Face have no place for stand in <c>metadata.gguf</c>, so that <see cref="Load"/> gives the same
    /// model.
    /// </remarks>
    /// <exception cref="NotSupportedException">A tensor is quantized: convert it first. Or the vocabulary cannot be written.</exception>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(LanguageModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (model.Tensors.FirstOrDefault(tensor => tensor.Type is not (GgufTensorType.F32 or GgufTensorType.F16 or GgufTensorType.BF16)) is
            { } quantized)
            throw new NotSupportedException($"{quantized} is quantized, and safetensors holds F32, F16 and BF16: convert it first.");
        if (model.Tensors.Select(FiniteWeights.Problem).FirstOrDefault(problem => problem is not null) is { } infinite)
            throw new ArgumentException(infinite, nameof(model));
        // First what may be refused.
        HuggingFaceTokenizerWriter.Write(
            folder, model.Vocabulary, isOfModel: true,
            model.Metadata.TryGetValue("tokenizer.chat_template", out var template) ? template.Value as string : null);
        var vectors = FolderMetadata.VectorType(model.Metadata);
        SafetensorsWriter.Write(Path.Combine(folder, Weights), [.. model.Tensors.Select(tensor =>
        {
            var (theirs, arrangement) = HuggingFaceNames.Of(model.Architecture.Kind, tensor.Name);
            return (theirs, TensorArrangement.ToTheirs(Narrow(tensor, vectors), theirs, arrangement, model.Architecture));
        })]);
        HuggingFaceConfig.Write(Path.Combine(folder, HuggingFaceConfig.FileName), model);
        FolderMetadata.Write(folder, model);
    }

    private static (List<ModelTensor> Tensors, GgufTensorType? Widened) ReadTensors(
        string folder, FileSet files, HashSet<string> names, ModelArchitecture architecture)
    {
        // Some GPT-2 checkpoints leave the common beginning of all names out.
        var prefix = architecture.Kind == ModelKind.Gpt2 && !names.Contains("transformer.wte.weight") ? "transformer." : "";
        var tensors = new List<ModelTensor>();
        var vectors = new HashSet<GgufTensorType>();
        foreach (var (name, shape) in architecture.GetTensorShapes())
        {
            var (theirs, arrangement) = HuggingFaceNames.Of(architecture.Kind, name);
            theirs = theirs[(prefix.Length > 0 && theirs.StartsWith(prefix, StringComparison.Ordinal) ? prefix.Length : 0)..];
            if (!files.TryGet(theirs, out var tensor))
                throw new FormatException($"'{folder}' lacks the tensor '{theirs}'.");
            names.Remove(theirs);
            if (FiniteWeights.Problem(tensor) is { } infinite)
                throw new FormatException($"'{folder}': {infinite}");
            var ours = TensorArrangement.ToOurs(tensor, name, arrangement, architecture);
            if (TensorLayout.StaysF32(name, shape.Length))
            {
                vectors.Add(ours.Type);
                ours = ours.ConvertTo(GgufTensorType.F32);
            }

            tensors.Add(ours);
        }

        if (architecture.TiedHead && names.Remove(Head) && files.TryGet(Head, out var head) && !IsEqual(head, tensors[0]))
            throw new FormatException(
                $"'{folder}' has tie_word_embeddings, and '{Head}' differs from the token embedding: say false, or leave the tensor out.");
        names.RemoveWhere(HuggingFaceNames.IsBuffer);
        if (names.Count > 0)
        {
            throw new FormatException(
                $"'{folder}' has tensors that are not part of the model: "
                + $"{string.Join(", ", names.Order(StringComparer.Ordinal).Take(5))}.");
        }

        return (tensors, vectors is { Count: 1 } && vectors.Single() is not GgufTensorType.F32 and var type ? type : null);
    }

    private static bool IsEqual(ModelTensor a, ModelTensor b) =>
        a.Shape.AsSpan().SequenceEqual(b.Shape.AsSpan())
        && (a.Type == b.Type ? a.Data.Span.SequenceEqual(b.Data.Span) : a.ToSingles().AsSpan().SequenceEqual(b.ToSingles()));

    // Vectors go back to the type that they came in, as long as nothing is lost.
    private static ModelTensor Narrow(ModelTensor tensor, GgufTensorType? type)
    {
        if (type is not { } narrow || tensor.Type != GgufTensorType.F32 || !TensorLayout.StaysF32(tensor.Name, tensor.Shape.Length))
            return tensor;
        var bytes = TensorCodec.Quantize(narrow, tensor.ToSingles(), (int)tensor.Shape[^1]);
        var narrowed = new ModelTensor(tensor.Name, narrow, tensor.Shape, bytes);
        return IsEqual(tensor, narrowed) ? narrowed : tensor;
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
