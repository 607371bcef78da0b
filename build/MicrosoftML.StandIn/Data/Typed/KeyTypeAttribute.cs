namespace Microsoft.ML.Data;

/// <summary>Says that a member holds a key.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false)]
public sealed class KeyTypeAttribute : Attribute
{
    public KeyTypeAttribute()
    {
    }

    public KeyTypeAttribute(ulong count) => Count = new KeyCount(count);

    internal KeyCount Count { get; }
}
