using System.Diagnostics.CodeAnalysis;

namespace TinyLlm.Gguf.Llama;

/// <summary>Reads the metadata that llama.cpp reads, each in the one type that it takes without ending the process.</summary>
internal sealed class NativeKeys(GgufMetadata metadata)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public string? Text(string key) => Read<string>(key, out var text, GgufValueType.String) ? text : null;

    public bool? Flag(string key) => Read<bool>(key, out var flag, GgufValueType.Bool) ? flag : null;

    /// <summary>Returns a whole number in a range.</summary>
    public int? Number(string key, int least = 0, int most = int.MaxValue)
    {
        if (!Read<uint>(key, out var number, GgufValueType.UInt32))
            return null;
        return number >= least && number <= most
            ? (int)number
            : throw Fault(key, least == most ? $"{least} is expected" : $"{least:N0} to {most:N0} is expected");
    }

    /// <summary>Returns a finite number above <paramref name="above"/>, or 0 where that is allowed.</summary>
    public float? Real(string key, float above = 0, bool orZero = false)
    {
        if (!Read<float>(key, out var number, GgufValueType.Float32))
            return null;
        return float.IsFinite(number) && (number > above || (orZero && number == 0))
            ? number
            : throw Fault(key, FormattableString.Invariant($"a finite number above {above}{(orZero ? ", or 0," : "")} is expected"));
    }

    /// <summary>Returns an array; the file's, not a copy.</summary>
    public T[]? Values<T>(string key)
    {
        if (!Read<GgufArray>(key, out var array, GgufValueType.Array))
            return null;
        return array.Values as T[] ?? throw Fault(key, $"an array of {GgufValue.TypeOf(typeof(T))} is expected");
    }

    public T Require<T>(string key, T? value)
        where T : struct =>
        value ?? throw Missing(key);

    public T Require<T>(string key, T? value)
        where T : class =>
        value ?? throw Missing(key);

    /// <summary>Marks keys whose values change nothing here.</summary>
    public void Pass(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            _read.Add(key);
    }

    /// <summary>Refuses what llama.cpp reads or means, and nobody here has looked at.</summary>
    public void RefuseUnread(params ReadOnlySpan<string> prefixes)
    {
        foreach (var key in metadata.Keys)
        {
            foreach (var prefix in prefixes)
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal) && !_read.Contains(key))
                    throw Fault(key, "this library does not know what it changes: export the model without it");
            }
        }
    }

    public GgufFormatException Fault(string key, string expected) =>
        new($"'{key}' is {metadata[key]}; {expected}.", metadata[key].Offset);

    private static GgufFormatException Missing(string key) => new($"The metadata lack '{key}', which llama.cpp needs.", 0);

    private bool Read<T>(string key, [NotNullWhen(true)] out T? value, GgufValueType type)
    {
        _read.Add(key);
        value = default;
        if (!metadata.TryGetValue(key, out var found))
            return false;
        if (found.Value is not T typed)
            throw Fault(key, $"{type} is expected");
        value = typed;
        return true;
    }
}
