namespace Microsoft.ML.Data;

/// <summary>The number of values of a key; unknown means as many as the type holds.</summary>
public sealed class KeyCount
{
    public ulong? Count;

    public KeyCount()
    {
    }

    public KeyCount(ulong count)
    {
        ArgumentOutOfRangeException.ThrowIfZero(count);
        Count = count;
    }

    internal KeyDataViewType ToKeyType(Type rawType) =>
        new(rawType, Count ?? (rawType == typeof(byte) ? byte.MaxValue : rawType == typeof(ushort) ? ushort.MaxValue : rawType == typeof(uint) ? uint.MaxValue : ulong.MaxValue));
}
