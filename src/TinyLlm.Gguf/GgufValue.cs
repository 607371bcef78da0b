namespace TinyLlm.Gguf;

/// <summary>One metadata value with its type.</summary>
public readonly struct GgufValue : IEquatable<GgufValue>
{
    private readonly object? _value;

    internal GgufValue(object value, long offset)
    {
        Type = TypeOf(value.GetType());
        _value = value;
        Offset = offset;
    }

    /// <summary>Gets the type that the file states.</summary>
    public GgufValueType Type { get; }

    /// <summary>Gets the value as the .NET type of <see cref="Type"/>; arrays as <see cref="GgufArray"/>.</summary>
    public object Value => _value ?? throw new InvalidOperationException("The value was never set.");

    /// <summary>Gets where the value stands in the file it came from; 0 for one that was made here.</summary>
    internal long Offset { get; }

    /// <summary>
    /// Makes a value of a number, a <see cref="bool"/>, a <see cref="string"/>, a <see cref="GgufArray"/> or an array of these.
    /// </summary>
    /// <exception cref="ArgumentException">GGUF has no such type.</exception>
    public static GgufValue From(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new GgufValue(value is Array array ? new GgufArray(array) : value, 0);
    }

    /// <summary>Reads any integer type as a number of at least <paramref name="minimum"/> that fits an <see cref="int"/>.</summary>
    /// <exception cref="GgufFormatException">The value is no such integer.</exception>
    public int AsInt32(string key, int minimum = int.MinValue)
    {
        long? number = Value switch
        {
            byte v => v,
            sbyte v => v,
            ushort v => v,
            short v => v,
            uint v => v,
            int v => v,
            long v => v,
            ulong v when v <= long.MaxValue => (long)v,
            _ => null,
        };
        return number is { } n && n >= minimum && n <= int.MaxValue
            ? (int)n
            : throw new GgufFormatException($"'{key}' must be an integer from {minimum} to {int.MaxValue} but is {this}.", Offset);
    }

    /// <summary>Reads a floating-point number.</summary>
    /// <exception cref="GgufFormatException">The value is no finite floating-point number.</exception>
    public double AsDouble(string key) => Value switch
    {
        float v when float.IsFinite(v) => v,
        double v when double.IsFinite(v) => v,
        _ => throw new GgufFormatException($"'{key}' must be a finite floating-point number but is {this}.", Offset),
    };

    /// <summary>Reads a text.</summary>
    /// <exception cref="GgufFormatException">The value is no text.</exception>
    public string AsString(string key) =>
        Value as string ?? throw new GgufFormatException($"'{key}' must be a string but is {this}.", Offset);

    /// <summary>Reads a boolean.</summary>
    /// <exception cref="GgufFormatException">The value is no boolean.</exception>
    public bool AsBoolean(string key) =>
        Value is bool v ? v : throw new GgufFormatException($"'{key}' must be a boolean but is {this}.", Offset);

    /// <summary>Reads an array of <typeparamref name="T"/>; the array is the file's, not a copy.</summary>
    /// <exception cref="GgufFormatException">The value is no such array.</exception>
    public T[] AsArray<T>(string key) =>
        (Value as GgufArray)?.Values as T[]
            ?? throw new GgufFormatException($"'{key}' must be an array of {typeof(T).Name} but is {this}.", Offset);

    /// <inheritdoc/>
    public override string ToString() => Value switch
    {
        GgufArray array => $"an array of {array.Count} {array.ElementType}",
        string text => $"\"{(text.Length <= 40 ? text : text[..40] + "…")}\"",
        IFormattable number => $"{number.ToString(null, System.Globalization.CultureInfo.InvariantCulture)} ({Type})",
        var other => $"{other} ({Type})",
    };

    /// <inheritdoc/>
    public bool Equals(GgufValue other) => Type == other.Type && AreEqual(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GgufValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _value is GgufArray array ? HashCode.Combine(array.ElementType, array.Count) : HashCode.Combine(_value);

    /// <summary>Compares type and contents.</summary>
    public static bool operator ==(GgufValue left, GgufValue right) => left.Equals(right);

    /// <summary>Compares type and contents.</summary>
    public static bool operator !=(GgufValue left, GgufValue right) => !left.Equals(right);

    internal static GgufValueType TypeOf(Type type) =>
        type == typeof(byte) ? GgufValueType.UInt8
        : type == typeof(sbyte) ? GgufValueType.Int8
        : type == typeof(ushort) ? GgufValueType.UInt16
        : type == typeof(short) ? GgufValueType.Int16
        : type == typeof(uint) ? GgufValueType.UInt32
        : type == typeof(int) ? GgufValueType.Int32
        : type == typeof(float) ? GgufValueType.Float32
        : type == typeof(bool) ? GgufValueType.Bool
        : type == typeof(string) ? GgufValueType.String
        : type == typeof(GgufArray) ? GgufValueType.Array
        : type == typeof(ulong) ? GgufValueType.UInt64
        : type == typeof(long) ? GgufValueType.Int64
        : type == typeof(double) ? GgufValueType.Float64
        : throw new ArgumentException($"GGUF metadata holds numbers, booleans, strings and arrays of them, not {type}.", nameof(type));

    private static bool AreEqual(object? left, object? right) =>
        left is GgufArray a && right is GgufArray b
            ? a.ElementType == b.ElementType
                && a.Values.Cast<object>().SequenceEqual(b.Values.Cast<object>(), EqualityComparer<object>.Create(AreEqual))
            : Equals(left, right);
}
