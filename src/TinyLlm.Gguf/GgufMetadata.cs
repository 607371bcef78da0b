using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TinyLlm.Gguf;

/// <summary>
/// The metadata of a GGUF file: keys and values in the file's order. It does not change; <see cref="With"/> makes another.
/// </summary>
public sealed class GgufMetadata : IReadOnlyDictionary<string, GgufValue>
{
    private readonly OrderedDictionary<string, GgufValue> _values = new(StringComparer.Ordinal);

    /// <summary>Copies keys and values; a later one replaces an earlier one of the same key, in its place.</summary>
    public GgufMetadata(IEnumerable<KeyValuePair<string, GgufValue>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var (key, value) in values)
            _values[key] = value;
    }

    /// <summary>Gets metadata without any key.</summary>
    public static GgufMetadata Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _values.Keys;

    /// <inheritdoc/>
    public IEnumerable<GgufValue> Values => _values.Values;

    /// <inheritdoc/>
    public GgufValue this[string key] => _values[key];

    /// <summary>Returns these metadata with one key set.</summary>
    public GgufMetadata With(string key, object value) => new([.. this, KeyValuePair.Create(key, GgufValue.From(value))]);

    /// <summary>Returns these metadata without the keys that <paramref name="predicate"/> accepts.</summary>
    public GgufMetadata Without(Func<string, bool> predicate) => new(this.Where(pair => !predicate(pair.Key)));

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out GgufValue value) => _values.TryGetValue(key, out value);

    /// <summary>Returns the value of a key that must be there.</summary>
    /// <exception cref="GgufFormatException">It is not.</exception>
    public GgufValue Require(string key) =>
        TryGetValue(key, out var value) ? value : throw new GgufFormatException($"The metadata lack '{key}'.", 0);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, GgufValue>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
