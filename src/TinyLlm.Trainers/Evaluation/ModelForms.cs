using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>A model's forms as files, which are deleted in the end unless a folder was named for them.</summary>
internal sealed class ModelForms : IDisposable
{
    private readonly LanguageModel _model;
    private readonly QuantizationEvaluationOptions _options;
    private readonly QuantizationSource _source;

    public ModelForms(LanguageModel model, QuantizationEvaluationOptions options)
    {
        (_model, _options) = (model, options);
        _source = new(model, options.ImportanceTexts.IsEmpty ? null : options.ImportanceTexts, options.CancellationToken);
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

    /// <summary>Returns the name of a form's file.</summary>
    public static string FileName(GgufFileType type) => $"{type}.gguf";

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
        var path = Path.Combine(_options.Folder ?? _source.Folder, FileName(type));
        if (IsAsItIs(type))
            _model.Save(path, _options.CancellationToken);
        else
            _source.Quantize(path, new QuantizationOptions { Type = type });
        return path;
    }

    public void Dispose() => _source.Dispose();

    private bool IsAsItIs(GgufFileType type) =>
        _model.Tensors.All(tensor => TensorLayout.StaysF32(tensor.Name, tensor.Shape.Length) || tensor.Type == type.BaseType());
}
