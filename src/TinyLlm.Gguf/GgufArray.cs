namespace TinyLlm.Gguf;

/// <summary>An array of metadata values of one type.</summary>
public sealed class GgufArray
{
    /// <summary>Wraps values; arrays of arrays hold <see cref="GgufArray"/> items.</summary>
    /// <exception cref="ArgumentException">GGUF has no type for these items.</exception>
    public GgufArray(Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ElementType = GgufValue.TypeOf(values.GetType().GetElementType()!);
        Values = values;
    }

    /// <summary>Gets the type of the items.</summary>
    public GgufValueType ElementType { get; }

    /// <summary>Gets the items as a one-dimensional .NET array of their type.</summary>
    public Array Values { get; }

    /// <summary>Gets the number of items.</summary>
    public int Count => Values.Length;
}
