using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers;

/// <summary>
/// What a low-rank adaptation learned, apart from the model: pairs A and B of matrices, in a GGUF file that llama.cpp loads beside the
/// model, or in the form of PEFT.
/// </summary>
/// <remarks>
/// The GGUF file: <c>general.type</c> "adapter", <c>adapter.type</c> "lora", <c>adapter.lora.alpha</c>, and for each adapted matrix
/// <c>name.lora_a</c>
/// [r, in] and
/// <c>name.lora_b</c> [out, r]. Source: <c>llama-adapter.cpp</c> of llama.cpp. It does not change, and any number of threads may use it.
/// </remarks>
public sealed class LoraAdapter
{
    private const string TypeKey = "general.type";
    private const string ArchitectureKey = "general.architecture";
    private const string KindKey = "adapter.type";
    private const string AlphaKey = "adapter.lora.alpha";

    private readonly Dictionary<string, ModelTensor> _tensors;

    private LoraAdapter(string architecture, LoraOptions options, IEnumerable<ModelTensor> tensors)
    {
        (Architecture, Options) = (architecture, options);
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Gets the name of the architecture that the adapter is for.</summary>
    public string Architecture { get; }

    /// <summary>Gets rank, α and targets, with which a network takes the adapter.</summary>
    public LoraOptions Options { get; }

    /// <summary>Gets the names of the adapted matrices, as in GGUF.</summary>
    public IEnumerable<string> Adapted => _tensors.Keys.Where(name => name.EndsWith(LoraNames.A, StringComparison.Ordinal)).Select(BaseOf);

    /// <summary>Copies a network's pairs.</summary>
    /// <exception cref="InvalidOperationException">The network has no pairs, or has trained biases, for which the format has no
    /// place.</exception>
    internal static LoraAdapter Of(Transformer network)
    {
        var options = network.Options.Lora ?? throw new InvalidOperationException("The network was made without LoRA and has no adapter.");
        if (options.TrainBiases)
        {
            throw new InvalidOperationException(
                $"An adapter holds no biases, and {nameof(LoraOptions)}.{nameof(LoraOptions.TrainBiases)} is on: "
                + "merge the update instead.");
        }

        return new LoraAdapter(network.Architecture.Name, options, network.Parameters
            .Where(parameter => LoraNames.IsPart(parameter.Name))
            .Select(parameter => ModelTensor.FromSingles(parameter.Name, parameter.Shape, parameter.Values.ToArray())));
    }

    /// <summary>Reads an adapter of this or another program from a GGUF file.</summary>
    /// <remarks>Pairs of several ranks become pairs of the largest, filled with zeros: the update is the same.</remarks>
    /// <exception cref="GgufFormatException">The file is no GGUF file, or no LoRA adapter, or has what this library does not compute
    /// with.</exception>
    /// <exception cref="ArgumentException">The path is an adapter of PEFT.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static LoraAdapter Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (PeftAdapter.Is(path))
            throw new ArgumentException($"'{path}' is an adapter of PEFT: read its folder with {nameof(LoadPeft)}.", nameof(path));
        using var file = GgufFile.Open(path);
        if (!file.Metadata.ContainsKey(TypeKey) && !file.Metadata.ContainsKey(KindKey))
            throw new GgufFormatException(
                $"'{path}' has no '{TypeKey}' and is no LoRA adapter but a model: LanguageModel.Load reads it.", 0);
        Expect(TypeKey, "adapter");
        Expect(KindKey, "lora");
        if (file.Metadata.FirstOrDefault(pair => IsUnknown(pair.Key)) is { Key: { } unknown } entry)
            throw new GgufFormatException($"The adapter has {unknown} {entry.Value}, which is not supported.", entry.Value.Offset);
        var alpha = file.Metadata.Require(AlphaKey).Value is float value
            ? value
            : throw new GgufFormatException($"'{AlphaKey}' must be a Float32 but is {file.Metadata.Require(AlphaKey)}.", 0);
        if (!float.IsFinite(alpha) || alpha < 0)
            throw new GgufFormatException($"'{AlphaKey}' must be 0 or a positive number but is {alpha}.", 0);
        if (file.Tensors.FirstOrDefault(tensor => !IsOfBlock(tensor.Name)) is { } other)
            throw new GgufFormatException($"The adapter has the tensor '{other.Name}'; updates of the blocks' matrices are supported.", 0);
        foreach (var tensor in file.Tensors)
            CheckKind(tensor);
        try
        {
            var tensors = file.Tensors.ToDictionary(
                tensor => tensor.Name,
                tensor => ModelTensor.FromSingles(
                    tensor.Name, tensor.Shape, new ModelTensor(tensor.Name, tensor.Type, tensor.Shape, file.GetData(tensor)).ToSingles()),
                StringComparer.Ordinal);
            if (tensors.Keys.FirstOrDefault(name => !tensors.ContainsKey(Partner(name))) is { } alone)
                throw new FormatException($"The adapter has '{alone}' and lacks '{Partner(alone)}'.");
            // To llama.cpp an α of 0 means that the update is not scaled.
            var (options, parts) = LoraPair.Unify(
            [
                .. from name in tensors.Keys
                   where name.EndsWith(LoraNames.A, StringComparison.Ordinal)
                   let scale = alpha == 0 ? 1 : (double)alpha / tensors[name].Shape[0]
                   select new LoraPair(BaseOf(name), tensors[name], tensors[Partner(name)], scale),
            ]);
            return new LoraAdapter(Text(ArchitectureKey), options, parts);
        }
        catch (FormatException e) when (e is not GgufFormatException)
        {
            throw new GgufFormatException(e.Message, 0, e);
        }

        string Text(string key) => file.Metadata.Require(key).Value as string ?? "";

        void Expect(string key, string expected)
        {
            if (Text(key) != expected)
            {
                throw new GgufFormatException(
                    $"'{key}' must be '{expected}' but is {file.Metadata.Require(key)}: the file is no LoRA adapter"
                    + (Text(key) == "model" ? " but a model, which LanguageModel.Load reads." : "."), 0);
            }
        }

        static bool IsOfBlock(string name) => LoraNames.IsPart(name) && name.StartsWith("blk.", StringComparison.Ordinal);

        static bool IsUnknown(string key) =>
            key.StartsWith("adapter.", StringComparison.Ordinal)
            && key is not (KindKey or AlphaKey or "adapter.lora.task_name" or "adapter.lora.prompt_prefix");
    }

    /// <summary>Reads an adapter of PEFT: a folder with <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
    /// <remarks>
    /// <c>use_rslora</c>, <c>rank_pattern</c> and <c>alpha_pattern</c> are honoured: pairs of several ranks and scales become pairs of the
    /// largest rank and its scale. What else would change the update is refused by its name.
    /// </remarks>
    /// <param name="folder">The folder.</param>
    /// <param name="architecture">The model that the adapter is for: its heads tell the order of rows.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says what the folder holds instead.</exception>
    /// <exception cref="FormatException">A file is not valid, or does not fit the model.</exception>
    /// <exception cref="NotSupportedException">A setting or a tensor is not supported; the message names it.</exception>
    public static LoraAdapter LoadPeft(string folder, ModelArchitecture architecture)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(architecture);
        architecture.Validate();
        var (options, tensors) = PeftAdapter.Read(folder, architecture);
        return new LoraAdapter(architecture.Name, options, tensors);
    }

    /// <summary>Writes the adapter; the file appears when it is complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => GgufWriter.Write(
        path,
        GgufMetadata.Empty
            .With(TypeKey, "adapter").With(ArchitectureKey, Architecture).With(KindKey, "lora").With(AlphaKey, (float)Options.Alpha),
        [.. _tensors.Values]);

    /// <summary>Writes the adapter in the form of PEFT, into a folder that is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="architecture">The model that the adapter is for.</param>
    /// <exception cref="ArgumentException">The model has another architecture or other sizes.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void SavePeft(string folder, ModelArchitecture architecture)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(architecture);
        CheckArchitecture(architecture.Name);
        var shapes = architecture.GetTensorShapes().ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        foreach (var name in Adapted)
            CheckShape(name, shapes.TryGetValue(name, out var shape) ? shape : []);
        PeftAdapter.Write(folder, architecture, Options, _tensors);
    }

    /// <summary>Puts the pairs into a network that was made with <see cref="Options"/>.</summary>
    /// <exception cref="ArgumentException">The network has other pairs; the message names the first that differs.</exception>
    internal void CopyTo(Transformer network)
    {
        CheckArchitecture(network.Architecture.Name);
        var own = network.Parameters.Where(parameter => LoraNames.IsPart(parameter.Name)).ToArray();
        foreach (var name in own.Select(parameter => parameter.Name).Except(_tensors.Keys))
            throw Differs($"The network has the pair '{name}', and the adapter has not: make the network with the adapter's options.");
        foreach (var name in _tensors.Keys.Except(own.Select(parameter => parameter.Name)))
            throw Differs($"The adapter has the pair '{name}', and the network has not: make the network with the adapter's options.");
        if ((float)(network.Options.Lora?.Alpha ?? 0) != (float)Options.Alpha)
            throw Differs($"The network was made with α = {network.Options.Lora?.Alpha}, and the adapter has {Options.Alpha}.");
        foreach (var parameter in own)
        {
            var tensor = _tensors[parameter.Name];
            if (!tensor.Shape.AsSpan().SequenceEqual(parameter.Shape.AsSpan()))
            {
                throw Differs(
                    $"'{parameter.Name}' is [{string.Join(", ", tensor.Shape)}] in the adapter "
                    + $"and [{string.Join(", ", parameter.Shape)}] in the network.");
            }

            tensor.CopyTo(parameter.Values);
        }

        static ArgumentException Differs(string how) => new(how, nameof(network));
    }

    /// <summary>Returns a model with the update in its matrices, in F32; tensors that are not adapted are shared.</summary>
    /// <exception cref="ArgumentException">The model has another architecture, lacks a matrix, or has it in another shape.</exception>
    public LanguageModel MergeInto(LanguageModel model)
    {
        CheckArchitecture(model.Architecture.Name);
        return model.WithTensors([.. Adapted.Select(name =>
        {
            CheckShape(name, model.Architecture.GetTensorShapes().FirstOrDefault(tensor => tensor.Name == name).Shape);
            var (a, b) = (_tensors[name + LoraNames.A].ToSingles(), _tensors[name + LoraNames.B].ToSingles());
            return ModelTensor.FromSingles(name, model[name].Shape, LowRankUpdate.Merge(model[name].ToSingles(), a, b, Options));
        })]);
    }

    private void CheckShape(string name, ImmutableArray<long> shape)
    {
        var (outputs, inputs) = (_tensors[name + LoraNames.B].Shape[0], _tensors[name + LoraNames.A].Shape[1]);
        if (shape.IsDefaultOrEmpty)
            throw new ArgumentException($"The adapter is for the matrix '{name}', which the model lacks.");
        if (shape.Length != 2 || shape[0] != outputs || shape[1] != inputs)
            throw new ArgumentException(
                $"The adapter's '{name}' is [{outputs}, {inputs}], and the model's is [{string.Join(", ", shape)}].");
    }

    private static string Partner(string name) =>
        BaseOf(name) + (name.EndsWith(LoraNames.A, StringComparison.Ordinal) ? LoraNames.B : LoraNames.A);

    private static void CheckKind(GgufTensorInfo tensor)
    {
        if (tensor.Shape.Length != 2 || !TensorCodec.CanDequantize(tensor.Type))
            throw new GgufFormatException(
                $"'{tensor.Name}' is {tensor.Type} [{string.Join(", ", tensor.Shape)}]; "
                + "a matrix of a type that can be decoded is expected.", 0);
    }

    private static string BaseOf(string name) => name[..^LoraNames.A.Length];

    private void CheckArchitecture(string name)
    {
        if (name != Architecture)
            throw new ArgumentException($"The adapter is for the architecture '{Architecture}', and the model's is '{name}'.");
    }
}
