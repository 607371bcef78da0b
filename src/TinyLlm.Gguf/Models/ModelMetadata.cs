using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>
/// A model's architecture and vocabulary as GGUF metadata, both ways. Source: the GGUF specification and <c>llama-arch.cpp</c>.
/// </summary>
internal static class ModelMetadata
{
    private const string ArchitectureKey = "general.architecture";
    private const string TypeKey = "general.type";
    private const string NameKey = "general.name";
    private const string FileTypeKey = "general.file_type";
    private const string QuantizationVersionKey = "general.quantization_version";

    private static readonly string[] SizeKeys =
    [
        "context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count", "attention.head_count_kv",
        "attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon", "rope.dimension_count", "rope.freq_base", "vocab_size",
        "attention.key_length", "attention.value_length",
    ];

    /// <summary>Returns whether a key follows from a model's architecture, vocabulary or tensors.</summary>
    public static bool IsDerived(string key, GgufValue value, ModelArchitecture architecture) =>
        key is ArchitectureKey or TypeKey or FileTypeKey or QuantizationVersionKey or GgufLayout.AlignmentKey
        || VocabularyMetadata.IsDerived(key)
        || (key == NameKey && value.Value as string == DefaultName(architecture))
        || (key.StartsWith(architecture.Name + ".", StringComparison.Ordinal) && SizeKeys.Contains(key[(architecture.Name.Length + 1)..]));

    public static GgufMetadata Of(LanguageModel model)
    {
        var (a, v) = (model.Architecture, model.Vocabulary);
        var values = new List<KeyValuePair<string, GgufValue>>();
        Add(ArchitectureKey, a.Name);
        Add(TypeKey, "model");
        if (!model.Metadata.ContainsKey(NameKey))
            Add(NameKey, DefaultName(a));
        values.AddRange(model.Metadata);
        if (FileTypeOf(model) is { } fileType)
            Add(FileTypeKey, fileType);
        if (model.Tensors.Any(tensor => tensor.Type.IsQuantized()))
            Add(QuantizationVersionKey, 2u);
        AddSize("context_length", a.ContextLength);
        AddSize("embedding_length", a.EmbeddingLength);
        AddSize("block_count", a.LayerCount);
        AddSize("feed_forward_length", a.FeedForwardLength);
        AddSize("attention.head_count", a.HeadCount);
        AddSize("attention.head_count_kv", a.KeyValueHeadCount);
        Add($"{a.Name}.attention.{(a.Kind == ModelKind.Gpt2 ? "layer_norm_epsilon" : "layer_norm_rms_epsilon")}", (float)a.NormEpsilon);
        if (a.Kind == ModelKind.Llama)
        {
            AddSize("rope.dimension_count", a.HeadSize);
            Add("llama.rope.freq_base", (float)a.RopeBase);
        }

        AddSize("vocab_size", a.VocabularySize);
        values.AddRange(VocabularyMetadata.Of(v));
        return new GgufMetadata(values);

        void Add(string key, object value) => values.Add(KeyValuePair.Create(key, GgufValue.From(value)));
        void AddSize(string key, int value) => Add($"{a.Name}.{key}", (uint)value);
    }

    // As llama.cpp labels sizes: "llama 3.3M".
    private static string DefaultName(ModelArchitecture architecture)
    {
        var (count, unit) = architecture.ParameterCount switch
        {
            >= 1_000_000_000 and var n => (n / 1e9, "B"),
            >= 1_000_000 and var n => (n / 1e6, "M"),
            var n => (n / 1e3, "K"),
        };
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{architecture.Name} {count:0.#}{unit}");
    }

    /// <summary>Makes a model of a file, which it owns from then on.</summary>
    public static LanguageModel ToModel(GgufFile file)
    {
        try
        {
            var architecture = ReadArchitecture(file);
            // Before anything is listed for each of them.
            if (architecture.LayerCount > file.Tensors.Length)
                throw new GgufFormatException(
                    $"'{architecture.Name}.block_count' is {architecture.LayerCount:N0}, and the file has {file.Tensors.Length:N0} "
                    + "tensors.",
                    file.Metadata[$"{architecture.Name}.block_count"].Offset);
            architecture.Validate();
            if (ModelSettings.Problem(file.Metadata, architecture) is var (message, offset))
                throw new GgufFormatException(message, offset);
            var tensors = file.Tensors.Select(info => new ModelTensor(info.Name, info.Type, info.Shape, file.GetData(info)));
            return new LanguageModel(architecture, VocabularyMetadata.Read(file.Metadata), tensors, file.Metadata, file);
        }
        catch (ArgumentException e)
        {
            file.Dispose();
            throw new GgufFormatException(e.Message, 0, e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ModelArchitecture ReadArchitecture(GgufFile file)
    {
        var metadata = file.Metadata;
        if (metadata.TryGetValue(TypeKey, out var type) && type.AsString(TypeKey) == "adapter")
            throw new GgufFormatException(
                "The file is a LoRA adapter (general.type is 'adapter'), no model: LoraAdapter.Load of TinyLlm.Trainers reads it.",
                type.Offset);
        var name = metadata.Require(ArchitectureKey);
        var kind = name.AsString(ArchitectureKey) switch
        {
            "gpt2" => ModelKind.Gpt2,
            "llama" => ModelKind.Llama,
            var other => throw new GgufFormatException(
                $"The architecture '{other}' is not one that this library converts (gpt2, llama); "
                + $"it can be opened as a {nameof(GgufFile)}.", name.Offset),
        };
        var prefix = kind == ModelKind.Gpt2 ? "gpt2." : "llama.";
        var heads = Size("attention.head_count");
        var tokens = file.FindTensor(TensorLayout.TokenEmbedding)
            ?? throw new GgufFormatException($"The tensor '{TensorLayout.TokenEmbedding}' is missing.", 0);
        var epsilonKey = prefix + (kind == ModelKind.Gpt2 ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon");
        return new ModelArchitecture
        {
            Kind = kind,
            LayerCount = Size("block_count"),
            EmbeddingLength = Size("embedding_length"),
            HeadCount = heads,
            KeyValueHeadCount = metadata.ContainsKey(prefix + "attention.head_count_kv") ? Size("attention.head_count_kv") : heads,
            FeedForwardLength = Size("feed_forward_length"),
            ContextLength = Size("context_length"),
            VocabularySize = (int)Math.Min(int.MaxValue, tokens.Shape[0]),
            NormEpsilon = RoundTrip(metadata.Require(epsilonKey).AsDouble(epsilonKey)),
            RopeBase = metadata.TryGetValue(prefix + "rope.freq_base", out var ropeBase)
                ? RoundTrip(ropeBase.AsDouble("rope.freq_base"))
                : 10000,
            TiedHead = file.FindTensor(TensorLayout.Output) is null,
        };

        int Size(string key) => metadata.Require(prefix + key).AsInt32(prefix + key, minimum: 1);

        // 1e-5 is stored as the nearest 32-bit number; its shortest decimal form is what was meant.
        static double RoundTrip(double value) =>
            double.Parse(
                ((float)value).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
                System.Globalization.CultureInfo.InvariantCulture);
    }

    // The number of enum llama_ftype in llama.h for a file whose matrices are all of one type; unknown for mixtures, and then left out.
    private static uint? FileTypeOf(LanguageModel model)
    {
        var types = model.Tensors.Where(tensor => !TensorLayout.StaysF32(tensor.Name, tensor.Shape.Length))
            .Select(tensor => tensor.Type).Distinct().ToArray();
        return types is not [var type] ? null : type switch
        {
            GgufTensorType.F32 => 0,
            GgufTensorType.F16 => 1,
            GgufTensorType.Q4_0 => 2,
            GgufTensorType.Q4_1 => 3,
            GgufTensorType.Q8_0 => 7,
            GgufTensorType.Q5_0 => 8,
            GgufTensorType.Q5_1 => 9,
            GgufTensorType.BF16 => 32,
            _ => null,
        };
    }
}
