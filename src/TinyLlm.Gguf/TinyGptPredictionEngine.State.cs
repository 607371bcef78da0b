using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

public sealed partial class TinyGptPredictionEngine
{
    private readonly Dictionary<string, LlamaAdapterHandle> _loadedAdapters = new(StringComparer.Ordinal);
    private IReadOnlyList<(LlamaAdapterHandle Adapter, float Scale)> _adapters = [];

    /// <summary>
    /// Puts LoRA adapters on the model, in place of those before; none takes them off. The model itself is not loaded again, nor is an
    /// adapter that was loaded before.
    /// </summary>
    /// <param name="adapters">GGUF files of adapters with the factors by which their updates are scaled; 1 is as trained.</param>
    /// <exception cref="ArgumentException">A factor is not finite.</exception>
    /// <exception cref="GgufFormatException">A file is not a GGUF file, or is no LoRA adapter.</exception>
    /// <exception cref="InvalidOperationException">An adapter is for another model.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void SetAdapters(params IReadOnlyList<(string Path, float Scale)> adapters)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        foreach (var (path, scale) in adapters)
        {
            if (!float.IsFinite(scale))
                throw new ArgumentException(
                    $"The scale of '{path}' is {scale}; a finite number is expected, 1 as trained.", nameof(adapters));
        }

        Locked(() =>
        {
            var wanted = adapters.Select(adapter => (LoadAdapter(adapter.Path), adapter.Scale)).ToArray();
            _prompt.SetAdapters(wanted);
            _contexts.ForEach(context => context.SetAdapters(wanted));
            _classifier?.Clear();
            _adapters = wanted;
            return true;
        });
    }

    /// <summary>
    /// Writes what was computed of the last prompt and the text behind it, so that another engine of the same model goes on from there.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveSession(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Locked(() =>
        {
            _prompt.Save(path);
            return true;
        });
    }

    /// <summary>Reads a session: a prompt that begins as the saved one did is computed from where they part.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidOperationException">The file is no session of this model with these options.</exception>
    public void LoadSession(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Locked(() =>
        {
            if (!File.Exists(path))
                throw new FileNotFoundException($"There is no session at '{path}'.", path);
            _prompt.Load(path);
            return true;
        });
    }

    private LlamaAdapterHandle LoadAdapter(string path)
    {
        LlamaAdapterHandle.ThrowIfFolder(path);
        var full = Path.GetFullPath(path);
        if (_loadedAdapters.TryGetValue(full, out var loaded))
            return loaded;
        using (var file = GgufFile.Open(full))
        {
            if (!file.Metadata.TryGetValue("adapter.type", out var type) || type.AsString("adapter.type") != "lora")
                throw new GgufFormatException($"'{path}' is no LoRA adapter: 'adapter.type' must be \"lora\".", 0);
        }

        var adapter = LlamaAdapterHandle.Load(_model, full);
        _loadedAdapters.Add(full, adapter);
        return adapter;
    }
}
