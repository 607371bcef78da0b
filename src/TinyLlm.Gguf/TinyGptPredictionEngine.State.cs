using System.Globalization;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

public sealed partial class TinyGptPredictionEngine
{
    private const string NoAdapters = "none";

    private readonly Dictionary<string, LoadedAdapter> _loadedAdapters = new(StringComparer.Ordinal); // by full path
    private readonly List<LlamaAdapterHandle> _staleAdapters = []; // of files that were written anew
    private IReadOnlyList<(LlamaAdapterHandle Adapter, float Scale)> _adapters = [];
    private string _adapterText = NoAdapters;

    /// <summary>
    /// Puts LoRA adapters on the model, in place of those before; none takes them off. The model itself is not loaded again, nor is an
    /// adapter that was loaded before and whose file still says the same; one that was written anew is.
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
            var loaded = adapters.Select(adapter => (Adapter: LoadAdapter(adapter.Path), adapter.Scale)).ToArray();
            var wanted = loaded.Select(adapter => (adapter.Adapter.Handle, adapter.Scale)).ToArray();
            _prompt.SetAdapters(wanted);
            _contexts.ForEach(context => context.SetAdapters(wanted));
            _classifier?.Clear();
            _adapters = wanted;
            _adapterText = loaded.Length == 0 ? NoAdapters : string.Join(
                " and ", loaded.Select(adapter => FormattableString.Invariant($"{adapter.Adapter.ContentHash} times {adapter.Scale}")));
            foreach (var stale in _staleAdapters.Except(wanted.Select(adapter => adapter.Handle)))
                stale.Dispose();
            _staleAdapters.RemoveAll(stale => stale.IsClosed);
            return true;
        });
    }

    /// <summary>
    /// Writes what was computed of the last prompt and the text behind it, so that another engine of the same model, with the same adapters
    /// and context options, goes on from there.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveSession(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Locked(() =>
        {
            _prompt.Save(path, Origin());
            return true;
        });
    }

    /// <summary>Reads a session: a prompt that begins as the saved one did is computed from where they part.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidOperationException">
    /// The file is no session, is damaged, or is one of another model, of other adapters, options or llama.cpp; the message says what
    /// differs.
    /// </exception>
    public void LoadSession(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Locked(() =>
        {
            if (!File.Exists(path))
                throw new FileNotFoundException($"There is no session at '{path}'.", path);
            _prompt.Load(path, Origin());
            return true;
        });
    }

    private SessionOrigin Origin() => new(
    [
        ("Model", _contentHash.Value),
        ("Adapters", _adapterText),
        (nameof(TinyGptOptions.ContextLength), ContextLength.ToString(CultureInfo.InvariantCulture)),
        (nameof(TinyGptOptions.ExactAttention), _options.ExactAttention.ToString()),
        ("llama.cpp", LlamaRuntime.EnsureStarted()),
    ]);

    // The file is read each time, as its length and time can be those of the one before; adapters are small.
    private LoadedAdapter LoadAdapter(string path)
    {
        LlamaAdapterHandle.ThrowIfFolder(path);
        var full = Path.GetFullPath(path);
        using var file = GgufFile.Open(full);
        if (!file.Metadata.TryGetValue("adapter.type", out var type) || type.AsString("adapter.type") != "lora")
            throw new GgufFormatException($"'{path}' is no LoRA adapter: 'adapter.type' must be \"lora\".", 0);
        var hash = GgufContent.Hash(file);
        if (_loadedAdapters.TryGetValue(full, out var loaded) && loaded.ContentHash == hash)
            return loaded;
        var adapter = new LoadedAdapter(LlamaAdapterHandle.Load(_model, full), hash);
        try
        {
            file.CheckStillAt(full);
        }
        catch
        {
            adapter.Handle.Dispose();
            throw;
        }

        if (loaded is not null)
            _staleAdapters.Add(loaded.Handle);
        return _loadedAdapters[full] = adapter;
    }

    private void FreeAdapters()
    {
        foreach (var adapter in _loadedAdapters.Values)
            adapter.Handle.Dispose();
        _staleAdapters.ForEach(stale => stale.Dispose());
    }

    private sealed record LoadedAdapter(LlamaAdapterHandle Handle, string ContentHash);
}
