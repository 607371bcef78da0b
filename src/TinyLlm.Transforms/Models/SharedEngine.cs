using System.Runtime.CompilerServices;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>An engine that all stages with the same model and the same options share; it closes when the last of them lets go.</summary>
internal sealed class SharedEngine : IDisposable
{
    private static readonly ConditionalWeakTable<LanguageModel, Dictionary<TinyGptOptions, Entry>> Engines = [];

    private readonly Dictionary<TinyGptOptions, Entry> _entries;
    private readonly TinyGptOptions _options;
    private Entry? _entry;

    private SharedEngine(LanguageModel model, TinyGptOptions options, Dictionary<TinyGptOptions, Entry> entries, Entry entry) =>
        (Model, _options, _entries, _entry) = (model, options, entries, entry);

    /// <summary>Gets the model that the engine runs.</summary>
    public LanguageModel Model { get; }

    /// <summary>Gets the engine.</summary>
    public TinyGptPredictionEngine Engine => (_entry ?? throw new ObjectDisposedException(nameof(SharedEngine))).Engine;

    /// <summary>Opens the model, unless another stage has it open.</summary>
    public static SharedEngine Take(LanguageModel model, TinyGptOptions options)
    {
        var entries = Engines.GetOrCreateValue(model);
        lock (entries)
        {
            if (!entries.TryGetValue(options, out var entry))
                entries[options] = entry = new Entry(TinyGptPredictionEngine.Open(model, options));
            entry.Users++;
            return new SharedEngine(model, options, entries, entry);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_entries)
        {
            if (_entry is not { } entry)
                return;
            _entry = null;
            if (--entry.Users > 0)
                return;
            _entries.Remove(_options);
            entry.Engine.Dispose();
        }
    }

    private sealed class Entry(TinyGptPredictionEngine engine)
    {
        public TinyGptPredictionEngine Engine { get; } = engine;

        public int Users { get; set; }
    }
}
