using System.Collections.Frozen;
using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>A language model as a value: architecture, vocabulary and named tensors. GGUF is its file form.</summary>
/// <remarks>
/// A model does not change; <see cref="WithTensors"/> and <see cref="WithMetadata"/> make another that shares what is the same.
/// A model that was loaded from a file keeps the file mapped until it is disposed, which also ends the models that were made from it.
/// </remarks>
public sealed class LanguageModel : IDisposable
{
    private readonly IDisposable? _owner;
    private readonly FrozenDictionary<string, ModelTensor> _byName;

    /// <summary>Makes a model of its parts.</summary>
    /// <param name="architecture">The sizes.</param>
    /// <param name="vocabulary">The tokens, as many as the architecture says.</param>
    /// <param name="tensors">Every tensor of <see cref="ModelArchitecture.GetTensorShapes"/>, in any order and type.</param>
    /// <param name="metadata">Further metadata, such as the prompt template; keys that follow from the other parts are left out.</param>
    /// <exception cref="ArgumentException">The parts do not fit together; the message lists every problem.</exception>
    public LanguageModel(
        ModelArchitecture architecture, ModelVocabulary vocabulary, IEnumerable<ModelTensor> tensors, GgufMetadata? metadata = null)
        : this(architecture, vocabulary, tensors, metadata, owner: null)
    {
    }

    internal LanguageModel(
        ModelArchitecture architecture, ModelVocabulary vocabulary, IEnumerable<ModelTensor> tensors, GgufMetadata? metadata,
        IDisposable? owner)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(tensors);
        architecture.Validate();
        vocabulary.Validate();
        if (vocabulary.Count != architecture.VocabularySize)
        {
            throw new ArgumentException(
                $"The vocabulary has {vocabulary.Count} tokens, and the architecture states {architecture.VocabularySize}.",
                nameof(vocabulary));
        }

        (Architecture, Vocabulary, _owner) = (architecture, vocabulary, owner);
        Tensors = InOrder(architecture, tensors);
        metadata ??= GgufMetadata.Empty;
        if (ModelSettings.Problem(metadata, architecture) is { } problem)
            throw new ArgumentException(problem.Message, nameof(metadata));
        Metadata = new GgufMetadata(metadata.Where(pair => !ModelMetadata.IsDerived(pair.Key, pair.Value, architecture)));
        _byName = Tensors.ToFrozenDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Gets the sizes.</summary>
    public ModelArchitecture Architecture { get; }

    /// <summary>Gets the tokens.</summary>
    public ModelVocabulary Vocabulary { get; }

    /// <summary>Gets the tensors in the order in which they are saved.</summary>
    public ImmutableArray<ModelTensor> Tensors { get; }

    /// <summary>Gets the metadata that do not follow from the other parts.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>Gets the bytes of all tensors.</summary>
    public long ByteCount => Tensors.Sum(tensor => (long)tensor.Data.Length);

    /// <summary>Gets the file that the model was loaded from and equals; null for any other.</summary>
    internal string? Path { get; private set; }

    /// <summary>Gets a tensor by its name.</summary>
    /// <exception cref="KeyNotFoundException">The model has no such tensor.</exception>
    public ModelTensor this[string name] =>
        _byName.TryGetValue(name, out var tensor) ? tensor : throw new KeyNotFoundException($"The model has no tensor '{name}'.");

    /// <summary>Maps a GGUF file; weights are read when they are used.</summary>
    /// <exception cref="GgufFormatException">The file is not valid, or of a network that this library does not convert.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static LanguageModel Load(string path)
    {
        var model = ModelMetadata.ToModel(GgufFile.Open(path));
        model.Path = System.IO.Path.GetFullPath(path);
        return model;
    }

    /// <summary>Reads GGUF bytes; they are used where they are.</summary>
    /// <exception cref="GgufFormatException">The bytes are not valid, or of a network that this library does not convert.</exception>
    public static LanguageModel Load(ReadOnlyMemory<byte> gguf) => ModelMetadata.ToModel(GgufFile.Open(gguf));

    /// <summary>Writes the model as a GGUF file, which appears when it is complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path, CancellationToken cancellationToken = default) =>
        GgufWriter.Write(path, ModelMetadata.Of(this), Tensors, cancellationToken);

    /// <summary>Writes the model as GGUF.</summary>
    public void Save(Stream stream, CancellationToken cancellationToken = default) =>
        GgufWriter.Write(stream, ModelMetadata.Of(this), Tensors, cancellationToken);

    /// <summary>Returns the model with the tensors of <paramref name="replacements"/> in place of those of the same names.</summary>
    public LanguageModel WithTensors(IEnumerable<ModelTensor> replacements)
    {
        ArgumentNullException.ThrowIfNull(replacements);
        var byName = replacements.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        if (byName.Keys.FirstOrDefault(name => !_byName.ContainsKey(name)) is { } unknown)
            throw new ArgumentException($"The model has no tensor '{unknown}'.", nameof(replacements));
        return new LanguageModel(
            Architecture, Vocabulary, Tensors.Select(tensor => byName.GetValueOrDefault(tensor.Name, tensor)), Metadata, _owner);
    }

    /// <summary>Returns the model with other further metadata.</summary>
    public LanguageModel WithMetadata(GgufMetadata metadata) => new(Architecture, Vocabulary, Tensors, metadata, _owner);

    /// <summary>Unmaps the file that the model was loaded from, if there is one.</summary>
    public void Dispose() => _owner?.Dispose();

    private static ImmutableArray<ModelTensor> InOrder(ModelArchitecture architecture, IEnumerable<ModelTensor> tensors)
    {
        var problems = new List<string>();
        var given = new Dictionary<string, ModelTensor>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!given.TryAdd(tensor.Name, tensor))
                problems.Add($"'{tensor.Name}' is given twice");
        }

        var ordered = ImmutableArray.CreateBuilder<ModelTensor>();
        foreach (var (name, shape) in architecture.GetTensorShapes())
        {
            if (!given.Remove(name, out var tensor))
                problems.Add($"'{name}' is missing");
            else if (!tensor.Shape.AsSpan().SequenceEqual(shape.AsSpan()))
                problems.Add($"'{name}' is [{string.Join(", ", tensor.Shape)}]; [{string.Join(", ", shape)}] is expected");
            else
                ordered.Add(tensor);
        }

        problems.AddRange(given.Keys.Select(name => $"'{name}' is not part of a {architecture.Name} model"));
        if (problems.Count > 0)
        {
            var more = problems.Count > 8 ? $"; and {problems.Count - 8} more" : "";
            throw new ArgumentException(
                $"The tensors do not make the model: {string.Join("; ", problems.Take(8))}{more}.", nameof(tensors));
        }

        return ordered.ToImmutable();
    }
}
