using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>A model to quantize, as the file in a temporary folder that llama.cpp reads; written when it is first needed.</summary>
internal sealed class QuantizationSource : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly Lazy<string> _path;
    private readonly Lazy<ImportanceMatrix?> _importance;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Takes a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="importanceTexts">Texts that tell which columns of the matrices matter; null for no importance matrix.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public QuantizationSource(LanguageModel model, IEnumerable<string>? importanceTexts, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _path = new(() =>
        {
            var path = Path.Combine(Folder, "model.gguf");
            model.Save(path, cancellationToken);
            return path;
        });
        _importance = new(() => importanceTexts is null ? null : ImportanceMatrix.Collect(_path.Value, importanceTexts, cancellationToken));
    }

    /// <summary>Gets the folder, which is deleted in the end with all that is in it.</summary>
    public string Folder => _folder.Path;

    /// <summary>Writes the quantized model.</summary>
    public QuantizationReport Quantize(string path, QuantizationOptions options) => ModelQuantizer.Quantize(
        _path.Value, path, options with { ImportanceMatrix = _importance.Value }, progress: null, _cancellationToken);

    public void Dispose() => _folder.Dispose();
}
