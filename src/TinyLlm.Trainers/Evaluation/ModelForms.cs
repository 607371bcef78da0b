using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>A model's forms as files, which are deleted in the end unless a folder was named for them.</summary>
internal sealed class ModelForms : IDisposable
{
    private readonly LanguageModel _model;
    private readonly QuantizationEvaluationOptions _options;
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("tinyllm-");
    private readonly Lazy<string> _source;
    private readonly Lazy<ImportanceMatrix?> _importance;

    public ModelForms(LanguageModel model, QuantizationEvaluationOptions options)
    {
        (_model, _options) = (model, options);
        _source = new(() =>
        {
            var path = Path.Combine(_temporary.FullName, "model.gguf");
            model.Save(path, options.CancellationToken);
            return path;
        });
        _importance = new(() => options.ImportanceTexts.IsEmpty
            ? null
            : ImportanceMatrix.Collect(_source.Value, options.ImportanceTexts, options.CancellationToken));
    }

    /// <summary>Throws where the model is quantized: its forms would be compared with one that has lost something already.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void RequireUnquantized(LanguageModel model, string stage)
    {
        static bool IsQuantized(ModelTensor tensor) => tensor.Type is not (GgufTensorType.F32 or GgufTensorType.F16 or GgufTensorType.BF16);

        if (model.Tensors.FirstOrDefault(IsQuantized) is { } quantized)
        {
            throw new ArgumentException(
                $"{stage} compares with the unquantized model, and '{quantized.Name}' is {quantized.Type}: "
                + "give the rows as they come before the stage that quantizes.", "data");
        }
    }

    /// <summary>Returns how many matrices of a file are of which type: narrow ones may have taken another one than was asked for.</summary>
    public static string TypesIn(string path)
    {
        using var file = GgufFile.Open(path);
        var matrices = file.Tensors.Where(tensor => !TensorLayout.StaysF32(tensor.Name, tensor.Shape.Length));
        return string.Join(", ", matrices.CountBy(tensor => tensor.Type).Select(pair => $"{pair.Key} ({pair.Value})"));
    }

    /// <summary>Writes a form.</summary>
    /// <returns>The path of its file.</returns>
    public string Write(GgufFileType type)
    {
        var path = Path.Combine(_options.Folder ?? _temporary.FullName, $"{type}.gguf");
        if (IsAsItIs(type))
        {
            _model.Save(path, _options.CancellationToken);
            return path;
        }

        var quantization = new QuantizationOptions { Type = type, ImportanceMatrix = _importance.Value };
        ModelQuantizer.Quantize(_source.Value, path, quantization, progress: null, _options.CancellationToken);
        return path;
    }

    public void Dispose() => _temporary.Delete(recursive: true);

    private bool IsAsItIs(GgufFileType type) =>
        _model.Tensors.All(tensor => TensorLayout.StaysF32(tensor.Name, tensor.Shape.Length) || tensor.Type == type.BaseType());
}
