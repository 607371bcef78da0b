using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers;

/// <summary>
/// What a low-rank adaptation learned, apart from the model: pairs A and B, in a GGUF file that llama.cpp loads beside the model.
/// </summary>
/// <remarks>
/// <c>general.type</c> "adapter", <c>adapter.type</c> "lora", <c>adapter.lora.alpha</c>, and for each adapted matrix <c>name.lora_a</c>
/// [r, in] and
/// <c>name.lora_b</c> [out, r]. Source: <c>llama-adapter.cpp</c> of llama.cpp.
/// </remarks>
internal sealed class LoraAdapter
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

    /// <summary>Copies a network's pairs.</summary>
    /// <exception cref="InvalidOperationException">The network has no pairs, or has trained biases, for which the format has no
    /// place.</exception>
    public static LoraAdapter Of(Transformer network)
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

    /// <summary>Reads an adapter of this or another program.</summary>
    /// <exception cref="GgufFormatException">The file is no GGUF file, or no LoRA adapter.</exception>
    public static LoraAdapter Load(string path)
    {
        using var file = GgufFile.Open(path);
        Expect(TypeKey, "adapter");
        Expect(KindKey, "lora");
        var alpha = file.Metadata.Require(AlphaKey).Value is float value
            ? value
            : throw new GgufFormatException($"'{AlphaKey}' must be a Float32 but is {file.Metadata.Require(AlphaKey)}.", 0);
        if (!float.IsFinite(alpha) || alpha <= 0)
            throw new GgufFormatException($"'{AlphaKey}' must be a positive number but is {alpha}.", 0);
        foreach (var tensor in file.Tensors.Where(tensor => LoraNames.IsPart(tensor.Name)))
            Check(file, tensor);
        var tensors = file.Tensors.Where(tensor => LoraNames.IsPart(tensor.Name))
            .Select(tensor => ModelTensor.FromSingles(
                tensor.Name, tensor.Shape, new ModelTensor(tensor.Name, tensor.Type, tensor.Shape, file.GetData(tensor)).ToSingles()))
            .ToImmutableArray();
        var firsts = tensors.Where(tensor => tensor.Name.EndsWith(LoraNames.A, StringComparison.Ordinal)).ToArray();
        var ranks = firsts.Select(tensor => tensor.Shape[0]).Distinct().ToArray();
        if (ranks is not [var rank])
        {
            var found = ranks.Length == 0 ? "no pairs" : $"the ranks {string.Join(", ", ranks)}";
            throw new GgufFormatException($"The adapter must have one rank and has {found}.", 0);
        }

        var options = new LoraOptions
        {
            Rank = (int)rank,
            Alpha = alpha,
            Targets = [.. firsts.Select(tensor => BaseOf(tensor.Name))],
        };
        return new LoraAdapter(Text(ArchitectureKey), options, tensors);

        string Text(string key) => file.Metadata.Require(key).Value as string ?? "";

        void Expect(string key, string expected)
        {
            if (Text(key) != expected)
            {
                throw new GgufFormatException(
                    $"'{key}' must be '{expected}' but is {file.Metadata.Require(key)}: the file is no LoRA adapter.", 0);
            }
        }
    }

    /// <summary>Writes the adapter; the file appears when it is complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => GgufWriter.Write(
        path,
        GgufMetadata.Empty
            .With(TypeKey, "adapter").With(ArchitectureKey, Architecture).With(KindKey, "lora").With(AlphaKey, (float)Options.Alpha),
        [.. _tensors.Values]);

    /// <summary>Puts the pairs into a network that was made with <see cref="Options"/>.</summary>
    /// <exception cref="ArgumentException">The network has other pairs; the message names the first that differs.</exception>
    public void CopyTo(Transformer network)
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
    /// <exception cref="ArgumentException">The model has another architecture or lacks a matrix.</exception>
    public LanguageModel MergeInto(LanguageModel model)
    {
        CheckArchitecture(model.Architecture.Name);
        return model.WithTensors([.. Adapted.Select(name =>
        {
            var (first, second) = (_tensors[name + LoraNames.A], _tensors[name + LoraNames.B]);
            if (!model.Tensors.Any(tensor => tensor.Name == name && tensor.Shape.AsSpan().SequenceEqual([second.Shape[0], first.Shape[1]])))
                throw new ArgumentException(
                    $"The adapter's update of '{name}' is [{second.Shape[0]}, {first.Shape[1]}], and the model has no such matrix.", nameof(model));
            var (a, b) = (first.ToSingles(), second.ToSingles());
            return ModelTensor.FromSingles(name, model[name].Shape, LowRankUpdate.Merge(model[name].ToSingles(), a, b, Options));
        })]);
    }

    private static void Check(GgufFile file, GgufTensorInfo tensor)
    {
        if (tensor.Shape.Length != 2 || !TensorCodec.CanDequantize(tensor.Type))
            throw new GgufFormatException(
                $"'{tensor.Name}' is {tensor.Type} [{string.Join(", ", tensor.Shape)}]; a matrix of a type that can be decoded is expected.", 0);
        var isFirst = tensor.Name.EndsWith(LoraNames.A, StringComparison.Ordinal);
        var partner = BaseOf(tensor.Name) + (isFirst ? LoraNames.B : LoraNames.A);
        if (file.FindTensor(partner) is not { Shape: [_, var columns] } || (isFirst && columns != tensor.Shape[0]))
            throw new GgufFormatException($"'{partner}', the partner of '{tensor.Name}', is missing or of another rank.", 0);
    }

    private IEnumerable<string> Adapted => _tensors.Keys.Where(name => name.EndsWith(LoraNames.A, StringComparison.Ordinal)).Select(BaseOf);

    private static string BaseOf(string name) => name[..^LoraNames.A.Length];

    private void CheckArchitecture(string name)
    {
        if (name != Architecture)
            throw new ArgumentException($"The adapter is for the architecture '{Architecture}', and the model's is '{name}'.");
    }
}
